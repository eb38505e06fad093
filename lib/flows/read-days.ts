// The computed days a report is read from, how far back they may go, and how current they are.
import { addDays, type Day, dayOf, daysFrom } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import type { RolledDay } from '../domain/performance.ts';
import type { AnyFamily } from '../domain/rollup.ts';
import { type DirtyMark, dirtyDaysOf, WRITER_LIFE_MS } from '../table/dirty-days.ts';
import type { StoredRecord } from '../table/records.ts';
import { readRollups } from '../table/rollups.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

/** A life is read ten years back at most; roll-ups older than that are history nobody asks a return of. */
const LONGEST_LIFE_DAYS = 3_650;

/** The first day of the longest life that is read up to `today`. */
export const longestLifeTo = (today: Day): Day => addDays(today, -LONGEST_LIFE_DAYS);

/**
 * The first day anything of the merchant's may have happened on: the day it was made here, or that of an order the shop
 * had before. Ten years back at most.
 */
export const firstDayOf = ({ createdAt, data }: Merchant, today: Day): Day => {
  const created = dayOf(createdAt, data.timeZone);
  const first = data.firstFactOn !== null && data.firstFactOn < created ? data.firstFactOn : created;
  const furthest = longestLifeTo(today);
  return first > furthest ? first : furthest;
};

export interface ReadDays {
  readonly days: readonly RolledDay[];
  /** ISO instant the oldest of them was computed; null when there is none. */
  readonly computedAt: string | null;
  /**
   * Days since the merchant began, or with facts from before, up to today, that nothing has computed yet; and those
   * computed before there were narrow rows, where some are asked for.
   */
  readonly missingDays: readonly Day[];
  /**
   * Days that have, or may have, changed since they were computed; the next night heals them. A day that has ended counts
   * until a run has begun when whoever marked it had surely written its fact; today only once it was marked again.
   */
  readonly staleDays: readonly Day[];
  readonly clickRules: readonly string[];
}

/** The days of a range that marks are set on. */
const markedDays = (marks: readonly DirtyMark[], from: Day, to: Day): [DirtyMark, Day][] =>
  marks.flatMap((mark) =>
    daysFrom(mark.from > from ? mark.from : from, mark.to < to ? mark.to : to).map((day): [DirtyMark, Day] => [
      mark,
      day,
    ]),
  );

/**
 * Reads a range of days from roll-ups alone, with these families of narrow rows: its cost follows creators and days, never
 * clicks or orders. A day computed before there were narrow rows is as if not computed where they are asked for: left out
 * whole, it makes no figure seem complete.
 */
export const readDays = async (
  service: Service,
  merchant: Merchant,
  from: Day,
  to: Day,
  families: readonly AnyFamily[] = [],
): Promise<ReadDays> => {
  const zone = merchant.data.timeZone;
  const range = daysFrom(from, to);
  const [stored, marks] = await Promise.all([
    readRollups(service.table, merchant.id, range, families),
    dirtyDaysOf(service.table, merchant.id),
  ]);
  const read = stored.filter(({ narrow }) => families.length === 0 || narrow !== undefined);
  const startedAt = new Map(read.map(({ header }) => [header.day, header.startedAt]));
  const today = dayOf(service.clock(), zone);
  const began = dayOf(merchant.createdAt, zone);
  const marked = markedDays(marks, from, to);
  // A fact may follow its mark by as long as a writer lives. Today is never final: only what surely came later counts.
  const patience = (day: Day) => (day < today ? WRITER_LIFE_MS : 0);
  const stale = marked.filter(([mark, day]) => (startedAt.get(day) ?? Infinity) <= mark.markedAt + patience(day));
  // Of the days before the merchant was made here, those that hold a fact were marked or computed; the others hold nothing.
  const known = new Set([...marked.map(([, day]) => day), ...stored.map(({ header }) => header.day)]);
  const expected = range.filter((day) => day <= today && (day >= began || known.has(day)));
  return {
    days: read.map(({ header, day, narrow }) => ({ day: header.day, rollup: day, ...(narrow && { narrow }) })),
    computedAt:
      read.length > 0 ? new Date(Math.min(...read.map(({ header }) => header.computedAt))).toISOString() : null,
    missingDays: expected.filter((day) => !startedAt.has(day)),
    staleDays: [...new Set(stale.map(([, day]) => day))].sort(),
    clickRules: [...new Set(read.map(({ header }) => header.clickRules))],
  };
};
