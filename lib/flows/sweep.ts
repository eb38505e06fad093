// What a crash or an outage left half-way: events kept but not applied, events that failed, roll-ups and erasures not
// finished, clicks in the queue.
import { allDirtyDays } from '../table/dirty-days.ts';
import { mapAtOnce } from './at-once.ts';
import { storeLeftClicks } from './left-clicks.ts';
import { applyLeftEvents, type LookForEvents } from './left-events.ts';
import { retryDueEvents } from './retry-events.ts';
import { resumeRollups } from './roll-up.ts';
import { runDueErasures } from './run-erasure.ts';
import type { Service } from './service.ts';

/** Each is a few requests, one waiting for the other. */
const MERCHANTS_AT_ONCE = 8;

/**
 * Applies what was left. A day is marked dirty before an event is kept, so only merchants with marks can have any: no
 * list of pending work is needed. Those that were tried and failed are in a queue of their own.
 */
const applyAllLeftEvents = async (service: Service, look: LookForEvents): Promise<void> => {
  const merchants = new Set((await allDirtyDays(service.table)).map(({ merchantId }) => merchantId));
  const failures: unknown[] = [];
  // One merchant's trouble is not the others', and nothing may still be at work when the step is over.
  const apply = (id: string) => applyLeftEvents(service, id, look).catch((error) => failures.push(error));
  await mapAtOnce([...merchants], MERCHANTS_AT_ONCE, apply);
  if (failures.length > 0) throw failures[0];
};

/**
 * One round, every few minutes; `atOnce` right after a start, when whoever left something is surely gone. Clicks come
 * last: after an outage there may be more of them than there is time `until`.
 */
export const sweep = async (
  service: Service,
  { atOnce = false, until = Number.POSITIVE_INFINITY } = {},
): Promise<void> => {
  const steps = [
    () => applyAllLeftEvents(service, { atOnce, thorough: atOnce }),
    () => retryDueEvents(service, until),
    () => resumeRollups(service, atOnce ? 0 : undefined),
    () => runDueErasures(service, until),
    () => storeLeftClicks(service, until),
  ];
  const failures: unknown[] = [];
  // What one of them meets, such as a queue out of reach, is no reason to leave the others undone.
  for (const step of steps) await step().catch((error) => failures.push(error));
  if (failures.length > 0) throw failures[0];
};
