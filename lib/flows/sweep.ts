// What a crash or an outage left half-way: clicks in the queue, events kept but not applied, roll-ups not finished.
import { allDirtyDays } from '../table/dirty-days.ts';
import { storeLeftClicks } from './left-clicks.ts';
import { applyLeftEvents, type LookForEvents } from './left-events.ts';
import { resumeRollups } from './roll-up.ts';
import type { Service } from './service.ts';

/**
 * Applies what was left. A day is marked dirty before an event is kept, so only merchants with marks can have any: no
 * list of pending work is needed.
 */
const applyAllLeftEvents = async (service: Service, look: LookForEvents): Promise<void> => {
  const merchants = new Set((await allDirtyDays(service.table)).map(({ merchantId }) => merchantId));
  for (const merchantId of merchants) await applyLeftEvents(service, merchantId, look);
};

/** One round, every few minutes; `atOnce` right after a start, when whoever left something is surely gone. */
export const sweep = async (service: Service, { atOnce = false } = {}): Promise<void> => {
  await storeLeftClicks(service);
  await applyAllLeftEvents(service, { atOnce, thorough: atOnce });
  await resumeRollups(service, atOnce ? 0 : undefined);
};
