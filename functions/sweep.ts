// Every few minutes: finishes what a crash or an outage left half-way.
import { openedOnce } from '../lib/flows/service.ts';
import { sweep } from '../lib/flows/sweep.ts';

const opened = openedOnce('sweep', {}, (service) => service);

/** What EventBridge Scheduler starts. */
export const handler = async (): Promise<void> => sweep(await opened());
