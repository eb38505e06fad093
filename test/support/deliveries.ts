// A merchant with a `standard` store below the HTTP floor, what it delivers, and what the table then says of its order.
import type { StoreData } from '../../lib/domain/entities.ts';
import { receiveWebhook } from '../../lib/flows/receive-webhook.ts';
import type { Service } from '../../lib/flows/service.ts';
import { seal } from '../../lib/platform/crypto.ts';
import { derivedId } from '../../lib/platform/ids.ts';
import { laterOrders } from '../../lib/table/customers.ts';
import { eventsOf } from '../../lib/table/inbox.ts';
import { entriesBetween } from '../../lib/table/ledger-entries.ts';
import { readOrderPartition } from '../../lib/table/orders.ts';
import { aStandardDelivery, aStandardEvent, STANDARD_SECRET, standardOrderData } from './payloads/standard.ts';
import { aMerchant, aRecord, stored } from './records.ts';

export interface DeliveringShop {
  readonly merchantId: string;
  readonly storeId: string;
}

/** One thing a shop tells: its type and its data. */
export type Told = readonly [type: string, data: Record<string, unknown>];

export const ORDER = '1001';

let shops = 0;

export const aDeliveringShop = async (service: Service): Promise<DeliveringShop> => {
  const mark = String(++shops).padStart(12, '0');
  const [merchantId, storeId] = [`mer_Deliver${mark}`, `sto_Deliver${mark}`];
  await stored(service.table, aMerchant({ id: merchantId, merchantId, data: { customerHistoryFrom: '2026-01-01' } }));
  const sealed = seal(service.masterKey, `${merchantId}|${storeId}|webhookSecret`, STANDARD_SECRET);
  const store: StoreData = {
    ...{ name: 'Riverbank', platform: 'standard', domain: 'shop.example.com', credentials: {} },
    secrets: [{ sealed, validUntil: null }],
  };
  await stored(service.table, aRecord('store', store, { id: storeId, merchantId }));
  return { merchantId, storeId };
};

/** Delivers an event as the shop does; the same telling is the same event. */
export const deliverTold = (service: Service, { storeId }: DeliveringShop, [type, data]: Told) => {
  const seconds = Math.floor(service.clock() / 1000);
  const body = aStandardEvent(type, data, { timestamp: '2026-11-20T11:00:00Z' });
  const id = `msg_${type}_${data.updatedAt ?? data.cancelledAt ?? ''}_${data.externalId}`;
  return receiveWebhook(service, storeId, aStandardDelivery(body, { id, seconds }));
};

/** The order as a whole, told at a minute of its life. */
export const orderTold = (minute: number, over: Record<string, unknown> = {}): Record<string, unknown> =>
  standardOrderData({
    ...{ externalId: ORDER, placedAt: '2026-11-20T10:00:00Z' },
    updatedAt: `2026-11-20T10:${String(minute).padStart(2, '0')}:00Z`,
    ...over,
  });

const YEARS = 100 * 365 * 86_400_000;

/** All that is stored of a shop's one order and its events, without the ids that differ from shop to shop. */
export const allOf = async ({ table }: Service, { merchantId, storeId }: DeliveringShop) => {
  const orderId = derivedId('ord', storeId, ORDER);
  const { order, entries } = await readOrderPartition(table, orderId);
  const events = await Array.fromAsync(eventsOf(table, merchantId));
  const keys = order?.fold.customerKeys ?? [];
  const all = {
    fold: { ...order?.fold, customerKeys: keys.length },
    entries,
    between: (await entriesBetween(table, merchantId, 0, YEARS)).map(({ entry }) => entry),
    customers: await Promise.all(keys.map((key) => laterOrders(table, merchantId, key, 0))),
    events: events.map(({ event: { topic, state, attempts, event } }) => ({
      topic,
      state,
      attempts,
      told: event?.type,
    })),
  };
  const text = JSON.stringify(all)
    .replace(/ord_[\w-]{16}|evt_[\w-]{32}|(?:mer|sto)_Deliver\d+/g, 'id')
    .replace(/CUS#id#[\w-]{20}/g, 'customer');
  const readable = JSON.parse(text) as { fold: unknown } & Record<Exclude<keyof typeof all, 'fold'>, unknown[]>;
  const byText = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();
  return {
    ...readable,
    ...{ entries: byText(readable.entries), between: byText(readable.between), events: byText(readable.events) },
  };
};
