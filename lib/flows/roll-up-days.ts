// Computing a merchant's days one after another, and clearing the marks of those that agree again.
import { addDays, type Day, daysFrom } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { clearMark, type DirtyMark, dirtyDaysOf, isCovered, markDirtySince } from '../table/dirty-days.ts';
import type { StoredRecord } from '../table/records.ts';
import { rollUpDay } from './compute-day.ts';
import { applyLeftEvents } from './left-events.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

/** A run's time: it began at one instant, before it read anything, and begins no day that may not be done by another. */
export interface RunTime {
  readonly startedAt: number;
  readonly until: number;
}

/** One day may take this much longer than the longest before it. */
const LONGER = 1.5;

/**
 * Computes days one after another, the first in any case, as far as time allows; `after` is told of each whether it
 * stands as computed here (a run that began later may have written it meanwhile), and says whether to go on. Gives how
 * many days are done.
 */
export const rollUpDays = async (
  service: Service,
  merchant: Merchant,
  days: readonly Day[],
  { until }: RunTime,
  after: (day: Day, isWritten: boolean) => Promise<boolean>,
): Promise<number> => {
  let longest = 0;
  for (const [done, day] of days.entries()) {
    const begun = service.clock();
    if (done > 0 && begun + longest * LONGER >= until) return done;
    const isWritten = await rollUpDay(service, merchant, day);
    longest = Math.max(longest, service.clock() - begun);
    if (!(await after(day, isWritten))) return done + 1;
  }
  return days.length;
};

/** Days in a row, as ranges. */
const stretches = (days: readonly Day[]): { from: Day; to: Day }[] => {
  const found: { from: Day; to: Day }[] = [];
  for (const day of days) {
    const last = found.at(-1);
    if (last && addDays(last.to, 1) === day) last.to = day;
    else found.push({ from: day, to: day });
  }
  return found;
};

/** One mark without a day: narrower ones, set before it goes, so that what is left of it stays marked throughout. */
const withoutDay = async (service: Service, mark: DirtyMark, day: Day, startedAt: number): Promise<DirtyMark[]> => {
  const left = stretches(daysFrom(mark.from, mark.to).filter((one) => one !== day));
  const narrower = left.map((range) => ({ ...mark, ...range }));
  for (const one of narrower) await markDirtySince(service.table, one);
  await clearMark(service.table, mark, startedAt);
  return narrower;
};

/**
 * Takes a day that was computed out of the marks a run has seen, and gives what is left of them: a run that is cut
 * short need not begin at the beginning again. Marks set too shortly before the run began stay for the next.
 */
export const clearDay = async (
  service: Service,
  marks: readonly DirtyMark[],
  day: Day,
  startedAt: number,
): Promise<DirtyMark[]> => {
  const left: DirtyMark[] = [];
  for (const mark of marks) {
    const clears = mark.from <= day && day <= mark.to && isCovered(mark, startedAt);
    left.push(...(clears ? await withoutDay(service, mark, day, startedAt) : [mark]));
  }
  return left;
};

/**
 * The marks a run may clear, once no event behind them waits to be applied: without its mark the sweep would never
 * look for such an event again.
 */
export const settledMarks = async (service: Service, merchant: Merchant): Promise<DirtyMark[]> => {
  await applyLeftEvents(service, merchant.id, { thorough: true });
  return dirtyDaysOf(service.table, merchant.id);
};
