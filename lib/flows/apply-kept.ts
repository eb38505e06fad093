// From a kept event to its order: whoever kept it, the shop's own delivery, a replay or the sweep.
import { type Day, dayOf } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import type { OrderEvent } from '../domain/orders/events.ts';
import { asApplied, besideOrder, eventById, type InboxEvent, settleEvent } from '../table/inbox.ts';
import { adoptEvent } from '../table/orders.ts';
import { recordById, replaceRecord, type StoredRecord } from '../table/records.ts';
import { applyEvents } from './apply-events.ts';
import { instantsOf } from './foresee-event.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

/** Keeps the merchant's first day of facts: currency and zone are fixed from then on, and reports reach back to it. */
export const noteFacts = (service: Service, merchant: Merchant, event: OrderEvent): Promise<void> =>
  noteFactsSince(service, merchant, dayOf(Math.min(...instantsOf(event)), merchant.data.timeZone));

/** The same for facts since a day. */
export const noteFactsSince = async (service: Service, merchant: Merchant, day: Day): Promise<void> => {
  for (let current: Merchant | undefined = merchant; current; ) {
    const { firstFactOn } = current.data;
    if (firstFactOn !== null && firstFactOn <= day) return;
    if (await replaceRecord(service.table, { ...current, data: { ...current.data, firstFactOn: day } })) return;
    current = await recordById<MerchantData>(service.table, merchant.id);
  }
};

/**
 * Applies a kept event to its order, whose state notes that it has taken the event in; harmless to repeat. An event that
 * the state does not note (nothing was written, or there was no room), or that was replayed, is settled by itself.
 */
export const applyKept = async (service: Service, event: InboxEvent): Promise<InboxEvent> => {
  if (!event.event || !event.orderId || event.orderExternalId === null) return event;
  const merchant = await recordById<MerchantData>(service.table, event.merchantId);
  if (!merchant) throw new Error(`Event ${event.id} belongs to no merchant`);
  await noteFacts(service, merchant, event.event);
  // A replayed event that could not be read at first lives under an id that leads elsewhere.
  if (!event.id.startsWith(`evt_${event.orderId.slice(4)}`)) {
    const { id, topic, receivedAt } = event;
    await adoptEvent(service.table, event.orderId, { id, topic, receivedAt, event: event.event });
  }
  const { orderId: id, storeId, orderExternalId: externalId } = event;
  const order = await applyEvents(service, merchant, { id, storeId, externalId });
  const shown = besideOrder(event, order);
  if (shown.state === 'applied') return shown;
  const applied = asApplied(event);
  // What was read before a replay must not take its place.
  if (await settleEvent(service.table, event, applied)) return applied;
  return (await eventById(service.table, event.id)) ?? applied;
};
