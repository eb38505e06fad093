// Every few minutes: finishes what a crash or an outage left half-way.
import { type Service, serviceFromEnv } from '../lib/flows/service.ts';
import { sweep } from '../lib/flows/sweep.ts';

let opened: Service | undefined;

/** What EventBridge Scheduler starts. */
export const handler = async (): Promise<void> => {
  opened ??= serviceFromEnv('sweep');
  await sweep(opened);
};
