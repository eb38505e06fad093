// Rolling days up: the night that closes each merchant's day and heals dirty ones, and ranges asked for by hand.
import { addDays, type Day, dayOf, daysFrom, startOfDay } from '../domain/days.ts';
import type { MerchantData, RollupData } from '../domain/entities.ts';
import { clearMark, type DirtyMark, dirtyDaysOf } from '../table/dirty-days.ts';
import { keys } from '../table/keys.ts';
import { recordById, recordsOf, replaceRecord, type StoredRecord } from '../table/records.ts';
import { allItems, deleteItem, putItem } from '../table/table.ts';
import { rollUpDay, todayOf } from './compute-day.ts';
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

/** Closes one merchant's days that have ended and recomputes those changed since they were closed. */
const closeMerchant = async (service: Service, merchant: Merchant): Promise<number> => {
  const { timeZone, closedThrough } = merchant.data;
  const through = lastClosable(service, merchant);
  const first = closedThrough === null ? dayOf(merchant.createdAt, timeZone) : addDays(closedThrough, 1);
  const marks = await dirtyDaysOf(service.table, merchant.id);
  const dirty = marks.flatMap((mark) => daysFrom(mark.from, mark.to)).filter((day) => day <= through);
  const days = [...new Set([...daysFrom(first, through), ...dirty])].sort();
  const startedAt = await rollUpDays(service, merchant, days);
  await clearMarks(service, marks, new Set(days), startedAt);
  await noteClosed(service, merchant, through);
  return days.length;
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

/** Puts a roll-up where a crash can't lose it. */
export const enqueueRollup = (service: Service, rollupId: string) =>
  putItem(service.table, { ...keys.queuedRollup(rollupId), v: 1, queuedAt: service.clock() });

/** Runs a queued roll-up; a second runner of the same one stops at the first step that is no longer its own. */
export const runRollup = async (service: Service, rollupId: string): Promise<void> => {
  const queued = await recordById<RollupData>(service.table, rollupId);
  const merchant = queued && (await recordById<MerchantData>(service.table, queued.merchantId));
  if (!queued || !merchant || queued.data.state === 'done') {
    await deleteItem(service.table, keys.queuedRollup(rollupId));
    return;
  }
  let rollup = await progressed(service, queued, { state: 'running', startedAt: service.clock(), daysDone: 0 });
  if (!rollup) return;
  try {
    const days = daysFrom(queued.data.from, queued.data.to);
    const marks = await dirtyDaysOf(service.table, merchant.id);
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
  await deleteItem(service.table, keys.queuedRollup(rollupId));
};

/** Takes up roll-ups whose runner was never started or has died. */
export const resumeRollups = async (service: Service, abandonedAfterMs = ABANDONED_MS): Promise<void> => {
  for (const item of await allItems(service.table, keys.rollupQueue())) {
    const rollup = await recordById<RollupData>(service.table, item.sk);
    if (rollup && service.clock() - rollup.updatedAt < abandonedAfterMs) continue;
    await runRollup(service, item.sk);
  }
};
