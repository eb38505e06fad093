// When things happen in the demo: the moments of thirty days that end now.
import { addDays, dayOf, startOfDay } from '../../../lib/domain/days.ts';
import { createRandom, type Random } from './random.ts';

export const DAYS = 30;
/** Moments a day; everything of one moment happens at its instant. */
export const MOMENTS_PER_DAY = 40;

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
/** Moments lie in slots of five minutes, so any two are at least two minutes apart. */
const SLOT_MS = 5 * MINUTE_MS;
const SLOTS_PER_HOUR = 12;
/** The night is closed at 00:16; nothing happens before 00:20. */
const FIRST_SLOT = 4;
/** The last moment's webhooks are well in before the demo ends. */
const MARGIN_MS = 6 * MINUTE_MS;
const SETUP_MS = 30 * MINUTE_MS;

/** How busy each hour of the merchant's day is. */
const HOURS: readonly number[] = [2, 1, 1, 0.5, 0.5, 1, 2, 4, 5, 5, 5, 6, 8, 7, 6, 6, 6, 7, 9, 12, 13, 11, 7, 4];

export interface Timeline {
  /** When the merchant is set up. */
  readonly from: number;
  /** Instants (ms), ascending: `DAYS` x `MOMENTS_PER_DAY` of them. */
  readonly moments: readonly number[];
}

/** The offsets of a day's moments from its start. */
const offsetsOfDay = (random: Random): number[] => {
  const weights = HOURS.flatMap((weight) => Array.from({ length: SLOTS_PER_HOUR }, () => weight)).fill(
    0,
    0,
    FIRST_SLOT,
  );
  const slots = new Set<number>();
  while (slots.size < MOMENTS_PER_DAY) slots.add(random.weighted(weights));
  return [...slots].map((slot) => slot * SLOT_MS + random.int(0, 170_000));
};

/**
 * The moments up to `now`. What would still be to come today happens at the same time thirty days ago instead: whatever
 * the hour, there are exactly thirty days of traffic, and none of it in the future.
 */
export const timelineUntil = (now: number, zone: string): Timeline => {
  const random = createRandom(30);
  const today = dayOf(now, zone);
  const first = startOfDay(addDays(today, -DAYS), zone);
  const moments = Array.from({ length: DAYS }, (_, ago) => {
    const start = startOfDay(addDays(today, -ago), zone);
    return offsetsOfDay(random).map((offset) => (start + offset > now - MARGIN_MS ? first + offset : start + offset));
  });
  const sorted = moments.flat().sort((a, b) => a - b);
  return { from: Math.min(now - DAYS * DAY_MS, sorted[0] as number) - SETUP_MS, moments: sorted };
};
