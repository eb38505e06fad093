// Repeats of hits that came without a cookie: seen by this process alone, by hashes under a key that never leaves it.
import { hash, randomBytes } from 'node:crypto';

/** Both ends in, as for hits with a cookie. */
const WINDOW_MS = 10_000;

/** Marks in each of two maps: with both full some 10 MB. Beyond that the older ones go before their time. */
const MOST_MARKS = 50_000;

/** 72 bits: among as many marks as there can be, two of different hits are not alike. */
const MARK_LENGTH = 12;

/** Says whether a hit repeats one that was counted within the last 10 s, and remembers it otherwise. */
export type RepeatWatch = (hit: readonly string[], now: number) => boolean;

/**
 * A watch with a key of its own. Nothing but truncated keyed hashes and times is kept, and those for 10 to 20 seconds: two
 * maps take turns, by a timer that runs only while there is anything to forget.
 */
export const createRepeatWatch = (): RepeatWatch => {
  const key = randomBytes(32).toString('base64');
  let current = new Map<string, number>();
  let previous = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  const takeTurns = (): void => {
    previous = current;
    current = new Map();
  };
  const forgetLater = (): void => {
    if (timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      takeTurns();
      if (previous.size > 0) forgetLater();
    }, WINDOW_MS).unref();
  };
  return (hit, now) => {
    const mark = hash('sha256', `${key}\n${hit.join('\n')}`, 'base64url').slice(0, MARK_LENGTH);
    const counted = current.get(mark) ?? previous.get(mark);
    if (counted !== undefined && Math.abs(now - counted) <= WINDOW_MS) return true;
    if (current.size >= MOST_MARKS) takeTurns();
    current.set(mark, now);
    forgetLater();
    return false;
  };
};
