// Rolling days up: the night that closes each merchant's day and heals dirty ones, and ranges asked for by hand.
import { randomUUID } from 'node:crypto';
import { addDays, countDays, type Day, dayOf, daysFrom, startOfDay } from '../domain/days.ts';
import type { MerchantData, RollupData } from '../domain/entities.ts';
import { clearMark, type DirtyMark, dirtyDaysOf } from '../table/dirty-days.ts';
import { recordById, recordsOf, replaceRecord, type StoredRecord } from '../table/records.ts';
import { dequeueRollup, queuedRollups } from '../table/rollup-queue.ts';
import { rollUpDay, todayOf } from './compute-day.ts';
import { applyLeftEvents } from './left-events.ts';
import { type RollupRun, takeUp } from './rollup-run.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;
type Rollup = StoredRecord<RollupData>;

/** A day is closed this long after it has ended: webhooks of its last minutes are in by then. */
const SETTLING_MS = 15 * 60_000;
/** A run that has not moved for this long has died, and another takes it up. */
const ABANDONED_MS = 120_000;

/** The last local day that may be closed now. */
const lastClosable = (service: Service, merchant: Merchant): Day => {
  const today = todayOf(service, merchant);
  const settled = service.clock() >= startOfDay(today, merchant.data.timeZone) + SETTLING_MS;
  return addDays(today, settled ? -1 : -2);
};

/** Writes how far a merchant is closed; never back. */
const noteClosed = async (service: Service, merchant: Merchant, through: Day): Promise<void> => {
  let current: Merchant | undefined = merchant;
  while (current && (current.data.closedThrough ?? '') < through) {
    if (await replaceRecord(service.table, { ...current, data: { ...current.data, closedThrough: through } })) return;
    current = await recordById<MerchantData>(service.table, merchant.id);
  }
};

/** What came of computing days one after another. */
interface RolledUp {
  /** When the first of them began to be read. */
  readonly startedAt: number;
  /** The days that stand as computed here: not those a run that began later has written meanwhile. */
  readonly written: ReadonlySet<Day>;
}

/** Computes days one after another; undefined when `goOn`, asked after each, says to stop. */
const rollUpDays = async (
  service: Service,
  merchant: Merchant,
  days: readonly Day[],
  goOn: (daysDone: number) => Promise<boolean> = async () => true,
): Promise<RolledUp | undefined> => {
  const startedAt = service.clock();
  const written = new Set<Day>();
  for (const [i, day] of days.entries()) {
    if (await rollUpDay(service, merchant, day)) written.add(day);
    if (!(await goOn(i + 1))) return undefined;
  }
  return { startedAt, written };
};

/** Clears the marks all of whose days were written; any other is left to the run that comes next. */
const clearMarks = async (service: Service, marks: readonly DirtyMark[], { startedAt, written }: RolledUp) => {
  for (const mark of marks) {
    if (daysFrom(mark.from, mark.to).every((day) => written.has(day))) await clearMark(service.table, mark, startedAt);
  }
};

/**
 * The marks a run may clear, once no event behind them waits to be applied: without its mark the sweep would never
 * look for such an event again.
 */
const settledMarks = async (service: Service, merchant: Merchant): Promise<DirtyMark[]> => {
  await applyLeftEvents(service, merchant.id, { thorough: true });
  return dirtyDaysOf(service.table, merchant.id);
};

/** Closes one merchant's days that have ended and recomputes those changed since they were closed. */
const closeMerchant = async (service: Service, merchant: Merchant): Promise<void> => {
  const { timeZone, closedThrough } = merchant.data;
  const through = lastClosable(service, merchant);
  const first = closedThrough === null ? dayOf(merchant.createdAt, timeZone) : addDays(closedThrough, 1);
  const daysToDo = (marks: readonly DirtyMark[]): Day[] => {
    const dirty = marks.flatMap((mark) => daysFrom(mark.from, mark.to)).filter((day) => day <= through);
    return [...new Set([...daysFrom(first, through), ...dirty])].sort();
  };
  if (daysToDo(await dirtyDaysOf(service.table, merchant.id)).length === 0) return;
  const marks = await settledMarks(service, merchant);
  const days = daysToDo(marks);
  const rolledUp = await rollUpDays(service, merchant, days);
  if (rolledUp) await clearMarks(service, marks, rolledUp);
  await noteClosed(service, merchant, through);
};

/** The nightly job, run every hour: a merchant whose day has not ended costs one read, a missed run heals itself. */
export const closeDays = async (service: Service): Promise<void> => {
  for await (const { record } of recordsOf<MerchantData>(service.table, 'merchants')) {
    try {
      await closeMerchant(service, record);
    } catch (error) {
      // One merchant's trouble is not the others'; the next hour tries again.
      service.log.error('night not finished', { merchantId: record.id, error });
    }
  }
};

/** Computes a roll-up's days and clears their marks; false, leaving the rest undone, once the run is another's. */
const rollUpRange = async (service: Service, merchant: Merchant, { from, to }: RollupData, run: RollupRun) => {
  const marks = await settledMarks(service, merchant);
  const rolledUp = await rollUpDays(service, merchant, daysFrom(from, to), run.noteDays);
  if (rolledUp) await clearMarks(service, marks, rolledUp);
  return rolledUp !== undefined;
};

/** Runs a roll-up it has taken up to its end; false when another run took over, which then finishes it. */
const finishRollup = async (service: Service, merchant: Merchant, { id, data }: Rollup, run: RollupRun) => {
  try {
    if (!(await rollUpRange(service, merchant, data, run))) return false;
    const daysDone = countDays(data.from, data.to);
    return await run.note({ state: 'done', daysDone, finishedAt: service.clock() });
  } catch (error) {
    service.log.error('roll-up failed', { rollupId: id, error });
    return run.note({ state: 'failed', error: 'internal_error', finishedAt: service.clock() });
  } finally {
    run.end();
  }
};

/**
 * Runs a queued roll-up. A second runner of the same one takes it over, and the first stops at its next step; only the
 * one that finishes it takes it out of the queue.
 */
export const runRollup = async (service: Service, rollupId: string): Promise<void> => {
  const queued = await recordById<RollupData>(service.table, rollupId);
  const merchant = queued && (await recordById<MerchantData>(service.table, queued.merchantId));
  if (!queued || !merchant || queued.data.state === 'done' || queued.data.state === 'failed') {
    await dequeueRollup(service.table, rollupId);
    return;
  }
  const run = await takeUp(service, queued, randomUUID());
  if (run && (await finishRollup(service, merchant, queued, run))) await dequeueRollup(service.table, rollupId);
};

/** Takes up roll-ups whose runner was never started or has died. */
export const resumeRollups = async (service: Service, abandonedAfterMs = ABANDONED_MS): Promise<void> => {
  for (const id of await queuedRollups(service.table)) {
    const rollup = await recordById<RollupData>(service.table, id);
    if (rollup && service.clock() - rollup.updatedAt < abandonedAfterMs) continue;
    await runRollup(service, id);
  }
};
