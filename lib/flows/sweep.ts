// What a crash or an outage left half-way: events kept but not applied, roll-ups not finished.
import { allDirtyDays } from '../table/dirty-days.ts';
import { eventsOf } from '../table/inbox.ts';
import { applyKept } from './receive-webhook.ts';
import { resumeRollups } from './roll-up.ts';
import type { Service } from './service.ts';

/** An event is applied within seconds of its arrival; one still waiting after this has lost its writer. */
const PATIENCE_MS = 60_000;
const LOOKBACK_MS = 25 * 3_600_000;

/**
 * Applies events that were kept but never applied. A day is marked dirty before an event is kept, so only merchants
 * with marks can have any: no list of pending work is needed.
 */
const applyLeftEvents = async (service: Service, patienceMs: number): Promise<number> => {
  const merchants = new Set((await allDirtyDays(service.table)).map(({ merchantId }) => merchantId));
  const now = service.clock();
  let applied = 0;
  for (const merchantId of merchants) {
    for await (const { event } of eventsOf(service.table, merchantId, { since: now - LOOKBACK_MS })) {
      if (event.state !== 'received' || now - event.receivedAt < patienceMs) continue;
      try {
        await applyKept(service, event);
        applied += 1;
      } catch (error) {
        service.log.error('event could not be applied', { eventId: event.id, error });
      }
    }
  }
  return applied;
};

/** One round; `atOnce` right after a start, when whoever left something is surely gone. */
export const sweep = async (service: Service, { atOnce = false } = {}): Promise<void> => {
  await applyLeftEvents(service, atOnce ? 0 : PATIENCE_MS);
  await resumeRollups(service, atOnce ? 0 : undefined);
};
