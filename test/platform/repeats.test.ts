// Repeats without a cookie: seen within ten seconds of the hit counted, by one process, and forgotten.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRepeatWatch } from '../../lib/platform/repeats.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const HIT = ['lnk_1', '203.0.113.7', 'Mozilla/5.0'];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a repeat', () => {
  it('is the same hit up to 10 s after the one counted, both ends in', () => {
    const isRepeat = createRepeatWatch();
    expect([0, 9_000, 10_000, 10_001].map((ms) => isRepeat(HIT, NOON + ms))).toEqual([false, true, true, false]);
  });

  it('is measured from the hit counted, not from the repeat before it', () => {
    const isRepeat = createRepeatWatch();
    const found = [0, 9_000, 18_000, 27_000].map((ms) => isRepeat(HIT, NOON + ms));
    expect(found).toEqual([false, true, false, true]);
  });

  it('is none of another link, address or browser', () => {
    const isRepeat = createRepeatWatch();
    isRepeat(HIT, NOON);
    for (const i of HIT.keys()) expect(isRepeat(HIT.with(i, 'other'), NOON)).toBe(false);
    expect(isRepeat(['lnk_1203.0.113.7', 'Mozilla/5.0'], NOON)).toBe(false);
  });

  it('is seen by the process that took the hit alone: each has a key of its own', () => {
    createRepeatWatch()(HIT, NOON);
    expect(createRepeatWatch()(HIT, NOON)).toBe(false);
  });

  it('is seen across the turn of the maps', () => {
    const isRepeat = createRepeatWatch();
    isRepeat(['first'], NOON);
    vi.advanceTimersByTime(5_000);
    isRepeat(HIT, NOON + 5_000);
    vi.advanceTimersByTime(5_000);
    expect(isRepeat(HIT, NOON + 10_000)).toBe(true);
  });
});

describe('what is remembered', () => {
  it('is gone after two turns, and then no timer runs', () => {
    const isRepeat = createRepeatWatch();
    isRepeat(HIT, NOON);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(20_000);
    // A clock that stands still shows it: the mark would be found, were it there.
    expect(isRepeat(HIT, NOON)).toBe(false);
    vi.advanceTimersByTime(20_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is bounded: a hundred thousand others push it out', () => {
    const isRepeat = createRepeatWatch();
    isRepeat(HIT, NOON);
    for (let i = 0; i < 50_000; i++) isRepeat([`${i}`], NOON);
    expect(isRepeat(HIT, NOON)).toBe(true);
    for (let i = 0; i < 100_000; i++) isRepeat([`later ${i}`], NOON);
    expect(isRepeat(HIT, NOON)).toBe(false);
  });
});
