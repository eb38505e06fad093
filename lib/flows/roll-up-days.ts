// Computing a merchant's days one after another, and clearing the marks of those that agree again.
import { addDays, type Day, daysFrom } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { clearMark, type DirtyMark, dirtyDaysOf, isCovered, markDirtySince } from '../table/dirty-days.ts';
import type { StoredRecord } from '../table/records.ts';
import { rollUpDay } from './compute-day.ts';
import { applyLeftEvents } from './left-events.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

/** What came of computing days one after another. */
export interface RolledUp {
  /** When the first of them began to be read. */
  readonly startedAt: number;
  /** How many were computed, from the first on. */
  readonly done: number;
  /** The days that stand as computed here: not those a run that began later has written meanwhile. */
  readonly written: ReadonlySet<Day>;
}

/** Computes days one after another, the first in any case, until `goOn`, asked after each but the last, says to stop. */
export const rollUpDays = async (
  service: Service,
  merchant: Merchant,
  days: readonly Day[],
  goOn: (daysDone: number) => Promise<boolean>,
): Promise<RolledUp> => {
  const startedAt = service.clock();
  const written = new Set<Day>();
  let done = 0;
  for (const day of days) {
    if (await rollUpDay(service, merchant, day)) written.add(day);
    done += 1;
    if (!(await goOn(done))) break;
  }
  return { startedAt, done, written };
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

/**
 * Clears the marks of days that were written. A mark some of whose days were not gives way to narrower ones, set before
 * it goes, so that a run cut short by its time need not begin at the beginning again.
 */
export const clearMarks = async (
  service: Service,
  marks: readonly DirtyMark[],
  { startedAt, written }: RolledUp,
): Promise<void> => {
  for (const mark of marks.filter((one) => isCovered(one, startedAt))) {
    const days = daysFrom(mark.from, mark.to);
    const left = days.filter((day) => !written.has(day));
    if (left.length === days.length) continue;
    for (const range of stretches(left)) await markDirtySince(service.table, { ...mark, ...range });
    await clearMark(service.table, mark, startedAt);
  }
};

/**
 * The marks a run may clear, once no event behind them waits to be applied: without its mark the sweep would never
 * look for such an event again.
 */
export const settledMarks = async (service: Service, merchant: Merchant): Promise<DirtyMark[]> => {
  await applyLeftEvents(service, merchant.id, { thorough: true });
  return dirtyDaysOf(service.table, merchant.id);
};
