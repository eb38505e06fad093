// Reading a kept body again: an event that was not understood then may be now.
import type { Delivery } from '../connectors/connector.ts';
import { connectorFor } from '../connectors/platforms.ts';
import { dayOf } from '../domain/days.ts';
import type { MerchantData, StoreData } from '../domain/entities.ts';
import { type InboxEvent, removeBody, writeReading } from '../table/inbox.ts';
import { recordById } from '../table/records.ts';
import { applyKept } from './apply-kept.ts';
import { instantsOf } from './foresee-event.ts';
import { inboxEvent } from './inbox-event.ts';
import { markDays } from './mark-days.ts';
import { normaliseOptions } from './receive-webhook.ts';
import type { Service } from './service.ts';
import { carryOutRequest } from './shop-requests.ts';

/**
 * Reads a kept body again, for an event that failed or to apply it anew. Its days are marked first, so that the sweep
 * finishes a replay that is cut short.
 */
export const replayEvent = async (service: Service, event: InboxEvent, delivery: Delivery): Promise<InboxEvent> => {
  const store = await recordById<StoreData>(service.table, event.storeId);
  const connector = store && connectorFor(store.data.platform);
  if (!store || !connector) throw new Error(`Event ${event.id} belongs to no store`);
  const merchant = await recordById<MerchantData>(service.table, store.merchantId);
  const normalised = connector.normalise(delivery, normaliseOptions(store, merchant, event.receivedAt));
  const { id, topic, shopEventId, receivedAt, bodyBytes } = event;
  const again = inboxEvent(service, store, { id, topic, shopEventId, receivedAt, bodyBytes }, normalised);
  if (normalised.outcome === 'request') {
    const done = await carryOutRequest(service, store, again, normalised.request);
    // It names whom to forget: once that is seen to, nothing of its body is needed any more.
    await removeBody(service.table, id);
    return done;
  }
  // What was once read stays known, though the same body is read as nothing now.
  if (event.event && !again.event) return event;
  const zone = merchant?.data.timeZone ?? 'UTC';
  const days = [event.event, again.event]
    .flatMap((told) => (told ? instantsOf(told) : []))
    .map((instant) => dayOf(instant, zone));
  await markDays(service, event.merchantId, days);
  const listed = again.event ? { replayedAt: service.clock() } : {};
  const counted = { ...again, ...listed, attempts: Math.max(event.attempts, 1) };
  await writeReading(service.table, counted);
  return applyKept(service, counted);
};
