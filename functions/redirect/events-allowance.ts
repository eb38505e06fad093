// What keeps events cheap: so many batches a minute about one click, or of one merchant's pages.
import type { Clock } from '../../lib/platform/clock.ts';

const MINUTE_MS = 60_000;
const MOST_COUNTED = 10_000;

/** A visitor leaves a page every few seconds at most. */
const MOST_OF_A_CLICK = 30;
/** Those without a click can't be told apart. */
const MOST_OF_A_MERCHANT = 3_000;

/** Whether one more batch about a click, or of a merchant's without one, is within what this process takes in a minute. */
export const createAllowance = (clock: Clock) => {
  let counts = new Map<string, number>();
  let minute = 0;
  return (about: string, ofClick: boolean): boolean => {
    const now = Math.floor(clock() / MINUTE_MS);
    if (now !== minute || counts.size >= MOST_COUNTED) counts = new Map();
    minute = now;
    const count = (counts.get(about) ?? 0) + 1;
    counts.set(about, count);
    return count <= (ofClick ? MOST_OF_A_CLICK : MOST_OF_A_MERCHANT);
  };
};
