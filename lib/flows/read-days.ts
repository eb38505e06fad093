// The computed days a report is read from, and how current they are.
import { type Day, dayOf, daysFrom } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import type { RolledDay } from '../domain/performance.ts';
import { dirtyDaysOf } from '../table/dirty-days.ts';
import type { StoredRecord } from '../table/records.ts';
import { readRollups } from '../table/rollups.ts';
import type { Service } from './service.ts';

export interface ReadDays {
  readonly days: readonly RolledDay[];
  /** ISO instant the oldest of them was computed; null when there is none. */
  readonly computedAt: string | null;
  /** Days since the merchant began, up to today, that nothing has computed yet. */
  readonly missingDays: readonly Day[];
  /** Days changed since they were computed; the next night heals them. */
  readonly staleDays: readonly Day[];
  readonly clickRules: readonly string[];
}

/** Reads a range of days from roll-ups alone: its cost follows creators and days, never clicks or orders. */
export const readDays = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  from: Day,
  to: Day,
): Promise<ReadDays> => {
  const zone = merchant.data.timeZone;
  const range = daysFrom(from, to);
  const [read, marks] = await Promise.all([
    readRollups(service.table, merchant.id, range),
    dirtyDaysOf(service.table, merchant.id),
  ]);
  const startedAt = new Map(read.map(({ header }) => [header.day, header.startedAt]));
  const today = dayOf(service.clock(), zone);
  const began = dayOf(merchant.createdAt, zone);
  const changed = marks.flatMap((mark) =>
    daysFrom(mark.from, mark.to).filter((day) => (startedAt.get(day) ?? Infinity) <= mark.markedAt),
  );
  const unread = marks.flatMap((mark) => daysFrom(mark.from, mark.to));
  const expected = range.filter((day) => day <= today && (day >= began || unread.includes(day)));
  return {
    days: read.map(({ header, day }) => ({ day: header.day, rollup: day })),
    computedAt:
      read.length > 0 ? new Date(Math.min(...read.map(({ header }) => header.computedAt))).toISOString() : null,
    missingDays: expected.filter((day) => !startedAt.has(day)),
    staleDays: [...new Set(changed)].filter((day) => day >= from && day <= to).sort(),
    clickRules: [...new Set(read.map(({ header }) => header.clickRules))],
  };
};
