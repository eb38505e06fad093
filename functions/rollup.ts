// Every hour: closes the days that have ended; or, given an id, runs one roll-up asked for by hand.
import { closeDays, runRollup } from '../lib/flows/roll-up.ts';
import { type Service, serviceFromEnv } from '../lib/flows/service.ts';
import { sweep } from '../lib/flows/sweep.ts';

let opened: Service | undefined;

/** Closes days, after events left by a crash have been applied to them. */
export const runNight = async (service: Service): Promise<void> => {
  await sweep(service);
  await closeDays(service);
};

/** What EventBridge Scheduler starts. */
export const handler = async (event: { readonly rollupId?: string }): Promise<void> => {
  opened ??= serviceFromEnv('rollup');
  await (event.rollupId ? runRollup(opened, event.rollupId) : runNight(opened));
};
