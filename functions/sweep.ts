// Every few minutes: finishes what a crash or an outage left half-way.
import { sdkMeans } from '../lib/flows/sdk-means.ts';
import { openedOnce } from '../lib/flows/service.ts';
import { sweep } from '../lib/flows/sweep.ts';

/** Kept back of a run's time for the clicks that are being stored when it is up. */
const RESERVE_MS = 60_000;

const opened = openedOnce('sweep', { encryptionKey: true }, sdkMeans, (service) => service);

/** What EventBridge Scheduler starts. */
export const handler = async (
  _event: unknown,
  context: { readonly getRemainingTimeInMillis: () => number },
): Promise<void> => {
  const service = await opened();
  await sweep(service, { until: service.clock() + context.getRemainingTimeInMillis() - RESERVE_MS });
};
