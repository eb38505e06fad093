// Roll-ups asked for by hand: kept in a queue until they are done, whoever starts them and however often they are cut short.
import { randomUUID } from 'node:crypto';
import { addDays, countDays, daysFrom } from '../domain/days.ts';
import type { MerchantData, RollupData } from '../domain/entities.ts';
import { recordById, type StoredRecord } from '../table/records.ts';
import { dequeueRollup, queuedRollups } from '../table/rollup-queue.ts';
import { clearDay, type RunTime, rollUpDays, settledMarks } from './roll-up-days.ts';
import { type RollupRun, takeUp } from './rollup-run.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;
type Rollup = StoredRecord<RollupData>;

/** A run that has not moved for this long has died, and another takes it up. */
const ABANDONED_MS = 120_000;

/** How a run ended: `out of time` leaves the rest to another run, `taken over` to the one that is at it already. */
type Ending = 'done' | 'out of time' | 'taken over';

/** Computes a roll-up's days from the first not done yet and clears their marks. */
const rollUpRange = async (
  service: Service,
  merchant: Merchant,
  { data }: Rollup,
  run: RollupRun,
  time: RunTime,
): Promise<Ending> => {
  let done = data.daysDone;
  let isOurs = true;
  const days = daysFrom(addDays(data.from, done), data.to);
  let marks = await settledMarks(service, merchant);
  await rollUpDays(service, merchant, days, time, async (day, isWritten) => {
    done += 1;
    isOurs = await run.noteDays(done);
    if (isOurs && isWritten) marks = await clearDay(service, marks, day, time.startedAt);
    return isOurs;
  });
  if (!isOurs) return 'taken over';
  if (done === data.daysDone + days.length) return 'done';
  await run.note({ state: 'queued', daysDone: done });
  return 'out of time';
};

/** Runs a roll-up it has taken up; true once it is finished, so that nobody needs to look for it again. */
const finishRollup = async (service: Service, merchant: Merchant, rollup: Rollup, run: RollupRun, time: RunTime) => {
  const { id, data } = rollup;
  try {
    if ((await rollUpRange(service, merchant, rollup, run, time)) !== 'done') return false;
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
 * Runs a queued roll-up, from where an earlier run of it had come, until it is done or `until` has come. A second
 * runner takes it over, and the first stops at its next step; only the one that finishes it takes it out of the queue.
 */
export const runRollup = async (
  service: Service,
  rollupId: string,
  until = Number.POSITIVE_INFINITY,
): Promise<void> => {
  // Before anything is read: a change made and marked while we read is not one that this run has seen.
  const time = { startedAt: service.clock(), until };
  const queued = await recordById<RollupData>(service.table, rollupId);
  const merchant = queued && (await recordById<MerchantData>(service.table, queued.merchantId));
  if (!queued || !merchant || queued.data.state === 'done' || queued.data.state === 'failed') {
    await dequeueRollup(service.table, rollupId);
    return;
  }
  const run = await takeUp(service, queued, randomUUID());
  if (run && (await finishRollup(service, merchant, queued, run, time))) await dequeueRollup(service.table, rollupId);
};

/** Hands roll-ups over again whose runner was never started, has died or ran out of time. */
export const resumeRollups = async (service: Service, abandonedAfterMs = ABANDONED_MS): Promise<void> => {
  for (const id of await queuedRollups(service.table)) {
    const rollup = await recordById<RollupData>(service.table, id);
    if (rollup && service.clock() - rollup.updatedAt < abandonedAfterMs) continue;
    await service.handOver({ rollupId: id });
  }
};
