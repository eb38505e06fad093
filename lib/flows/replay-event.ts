// Reading a kept body again: an event that was not understood then may be now.
import type { Delivery } from '../connectors/connector.ts';
import { connectorFor } from '../connectors/platforms.ts';
import { dayOf } from '../domain/days.ts';
import type { MerchantData, StoreData } from '../domain/entities.ts';
import { retentionOf } from '../domain/retention.ts';
import { type InboxEvent, writeReading } from '../table/inbox.ts';
import { recordById, type StoredRecord } from '../table/records.ts';
import { bodyOf, removeBody } from '../table/webhook-bodies.ts';
import { applyOrWait } from './apply-or-wait.ts';
import { instantsOf } from './foresee-event.ts';
import { inboxEvent } from './inbox-event.ts';
import { markDays } from './mark-days.ts';
import { normaliseOptions } from './receive-webhook.ts';
import type { Service } from './service.ts';
import { carryOutRequest } from './shop-requests.ts';

/**
 * Writes an event as it is read anew and applies it. Its days are marked first, so that the sweep finishes a replay that
 * is cut short. Its attempts are raised, so that what was read before this replay does not settle it afterwards.
 */
const applyAnew = async (service: Service, event: InboxEvent, again: InboxEvent, zone: string): Promise<InboxEvent> => {
  const days = [event.event, again.event]
    .flatMap((told) => (told ? instantsOf(told) : []))
    .map((instant) => dayOf(instant, zone));
  await markDays(service, event.merchantId, days);
  const listed = again.event ? { replayedAt: service.clock() } : {};
  const counted = { ...again, ...listed, attempts: event.attempts + 1 };
  await writeReading(service.table, counted);
  return applyOrWait(service, counted);
};

const zoneOf = (merchant: StoredRecord<MerchantData> | undefined): string => merchant?.data.timeZone ?? 'UTC';

/** Reads a kept body again, for an event that failed or to apply it anew. */
export const replayEvent = async (service: Service, event: InboxEvent, delivery: Delivery): Promise<InboxEvent> => {
  const store = await recordById<StoreData>(service.table, event.storeId);
  const connector = connectorFor(event.platform);
  if (!store || !connector) throw new Error(`Event ${event.id} belongs to no store`);
  const merchant = await recordById<MerchantData>(service.table, store.merchantId);
  const normalised = connector.normalise(delivery, normaliseOptions(store, merchant, event.receivedAt));
  const { id, topic, shopEventId, receivedAt, bodyBytes, platform } = event;
  const about = { id, platform, topic, shopEventId, receivedAt, bodyBytes };
  const again = inboxEvent(service, store, about, normalised);
  if (normalised.outcome === 'request') {
    const done = await carryOutRequest(service, store, again, normalised.request);
    // It names whom to forget: once that is seen to, nothing of its body is needed any more.
    await removeBody(service.table, id);
    return done;
  }
  // What was once read stays known, though the same body is read as nothing now.
  if (event.event && !again.event) return event;
  return applyAnew(service, event, again, zoneOf(merchant));
};

/**
 * Replays an event from what is still kept of it: its body, else what was read of that. Undefined where both are gone.
 */
export const replayKept = async (service: Service, event: InboxEvent): Promise<InboxEvent | undefined> => {
  const merchant = await recordById<MerchantData>(service.table, event.merchantId);
  const { bodyDays } = retentionOf(merchant?.data ?? {});
  const body = await bodyOf(service.table, service.masterKey, event.id, service.clock(), bodyDays);
  if (body) return replayEvent(service, event, body);
  if (!event.event) return undefined;
  const { nextAttemptAt: _next, ...rest } = event;
  return applyAnew(service, event, { ...rest, state: 'received', reason: null, detail: null }, zoneOf(merchant));
};
