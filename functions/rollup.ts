// Every hour: hands out the night; or does what was handed over: some merchants' night, or a roll-up asked for by hand.
import { closeMerchants, handOutNight } from '../lib/flows/night.ts';
import { runRollup } from '../lib/flows/roll-up.ts';
import { sdkMeans } from '../lib/flows/sdk-means.ts';
import { openedOnce, type RollupTask, type Service } from '../lib/flows/service.ts';

/** Kept back of a run's time, for what follows its last day. */
const RESERVE_MS = 60_000;

/** Does a task, stopping between two days once `until` has come. */
export const doTask = (service: Service, task: RollupTask, until = Number.POSITIVE_INFINITY): Promise<void> =>
  'rollupId' in task ? runRollup(service, task.rollupId, until) : closeMerchants(service, task.merchantIds, until);

const opened = openedOnce('rollup', { encryptionKey: true, isRollup: true }, sdkMeans, (service) => service);

/** What EventBridge Scheduler starts, without a task, and what work is handed over to. */
export const handler = async (
  event: RollupTask | Record<string, never>,
  context: { readonly getRemainingTimeInMillis: () => number },
): Promise<void> => {
  const service = await opened();
  const until = service.clock() + context.getRemainingTimeInMillis() - RESERVE_MS;
  await ('rollupId' in event || 'merchantIds' in event
    ? doTask(service, event as RollupTask, until)
    : handOutNight(service));
};
