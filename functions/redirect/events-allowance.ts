// What keeps events cheap: so many batches a minute about one click, or of one merchant's pages.
import { createBoundedMap } from '../../lib/platform/bounded-map.ts';
import type { Clock } from '../../lib/platform/clock.ts';

const MINUTE_MS = 60_000;
const MOST_COUNTED = 10_000;

/** A visitor leaves a page every few seconds at most. */
const MOST_OF_A_CLICK = 30;
/** Those without a click can't be told apart. */
const MOST_OF_A_MERCHANT = 3_000;

interface Count {
  readonly minute: number;
  readonly taken: number;
}

/** Counts by name, each by itself: beyond the bound the one that was used least recently makes room. */
const createCounter = (clock: Clock, most: number) => {
  const counts = createBoundedMap<Count>(MOST_COUNTED);
  return (name: string): boolean => {
    const minute = Math.floor(clock() / MINUTE_MS);
    const last = counts.get(name);
    const taken = (last?.minute === minute ? last.taken : 0) + 1;
    counts.set(name, { minute, taken });
    return taken <= most;
  };
};

/** Whether one more batch about a click, or of a merchant's without one, is within what this process takes in a minute. */
export const createAllowance = (clock: Clock) => {
  const ofClick = createCounter(clock, MOST_OF_A_CLICK);
  const ofMerchant = createCounter(clock, MOST_OF_A_MERCHANT);
  /** The merchant is one that is there, and the click named by what its id opened to: of others any number can be made up. */
  return (merchantId: string, click: string | null): boolean =>
    click === null ? ofMerchant(merchantId) : ofClick(click);
};
