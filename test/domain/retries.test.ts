// When a failed event is tried again: soon, then daily, and not for ever.
import { describe, expect, it } from 'vitest';
import { retryDelay } from '../../lib/domain/retries.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('the delay before an event is tried again', () => {
  const delays = Array.from({ length: 30 }, (_, i) => retryDelay(i + 1)).filter((delay) => delay !== undefined);

  it('grows from a minute to a day, and stays there', () => {
    expect(delays.slice(0, 9).map((delay) => delay / MINUTE)).toEqual([1, 5, 15, 60, 180, 360, 720, 1440, 1440]);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  });

  it('adds up to two weeks, and then there is none', () => {
    const days = delays.reduce((sum, delay) => sum + delay, 0) / DAY;
    expect(days).toBeGreaterThan(13);
    expect(days).toBeLessThanOrEqual(14);
    expect(retryDelay(delays.length + 1)).toBeUndefined();
    expect(retryDelay(1_000)).toBeUndefined();
  });
});
