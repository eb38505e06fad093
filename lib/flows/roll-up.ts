// Rolling days up: the night that closes each merchant's day and heals dirty ones, and ranges asked for by hand.
import { addDays, type Day, dayOf, daysFrom, startOfDay } from '../domain/days.ts';
import type { MerchantData, RollupData } from '../domain/entities.ts';
import { clearMark, type DirtyMark, dirtyDaysOf } from '../table/dirty-days.ts';
import { recordById, recordsOf, replaceRecord, type StoredRecord } from '../table/records.ts';
import { dequeueRollup, queuedRollups } from '../table/rollup-queue.ts';
import { rollUpDay, todayOf } from './compute-day.ts';
import { applyLeftEvents } from './left-events.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

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

/** Computes days one after another; gives when the first of them began to be read. */
const rollUpDays = async (
  service: Service,
  merchant: Merchant,
  days: readonly Day[],
  done: (count: number) => Promise<void> = async () => {},
): Promise<number> => {
  const startedAt = service.clock();
  for (const [i, day] of days.entries()) {
    await rollUpDay(service, merchant, day);
    await done(i + 1);
  }
  return startedAt;
};

const clearMarks = async (service: Service, marks: readonly DirtyMark[], days: ReadonlySet<Day>, startedAt: number) => {
  for (const mark of marks) {
    if (daysFrom(mark.from, mark.to).every((day) => days.has(day))) await clearMark(service.table, mark, startedAt);
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
  const startedAt = await rollUpDays(service, merchant, days);
  await clearMarks(service, marks, new Set(days), startedAt);
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

const progressed = async (service: Service, rollup: StoredRecord<RollupData>, data: Partial<RollupData>) => {
  const next = { ...rollup, updatedAt: service.clock(), data: { ...rollup.data, ...data } };
  return (await replaceRecord(service.table, next)) ? { ...next, revision: next.revision + 1 } : undefined;
};

/** Runs a queued roll-up; a second runner of the same one stops at the first step that is no longer its own. */
export const runRollup = async (service: Service, rollupId: string): Promise<void> => {
  const queued = await recordById<RollupData>(service.table, rollupId);
  const merchant = queued && (await recordById<MerchantData>(service.table, queued.merchantId));
  if (!queued || !merchant || queued.data.state === 'done') {
    await dequeueRollup(service.table, rollupId);
    return;
  }
  let rollup = await progressed(service, queued, { state: 'running', startedAt: service.clock(), daysDone: 0 });
  if (!rollup) return;
  try {
    const days = daysFrom(queued.data.from, queued.data.to);
    const marks = await settledMarks(service, merchant);
    const startedAt = await rollUpDays(service, merchant, days, async (daysDone) => {
      rollup = rollup && daysDone % 10 === 0 ? await progressed(service, rollup, { daysDone }) : rollup;
    });
    await clearMarks(service, marks, new Set(days), startedAt);
    if (rollup)
      await progressed(service, rollup, { state: 'done', daysDone: days.length, finishedAt: service.clock() });
  } catch (error) {
    service.log.error('roll-up failed', { rollupId, error });
    if (rollup)
      await progressed(service, rollup, { state: 'failed', error: 'internal_error', finishedAt: service.clock() });
  }
  await dequeueRollup(service.table, rollupId);
};

/** Takes up roll-ups whose runner was never started or has died. */
export const resumeRollups = async (service: Service, abandonedAfterMs = ABANDONED_MS): Promise<void> => {
  for (const id of await queuedRollups(service.table)) {
    const rollup = await recordById<RollupData>(service.table, id);
    if (rollup && service.clock() - rollup.updatedAt < abandonedAfterMs) continue;
    await runRollup(service, id);
  }
};
