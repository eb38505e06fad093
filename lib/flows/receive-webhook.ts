// A webhook from its bytes to the order it changes: verified, and then taken in.
import type { Delivery, NormaliseOptions } from '../connectors/connector.ts';
import { connectorFor } from '../connectors/platforms.ts';
import type { MerchantData, StoreData } from '../domain/entities.ts';
import { open } from '../platform/crypto.ts';
import { exponentOf } from '../platform/currencies.ts';
import { recordById, type StoredRecord } from '../table/records.ts';
import type { Service } from './service.ts';
import { noteInstalled } from './shop-requests.ts';
import { type TakenIn, takeIn } from './take-in.ts';

type Store = StoredRecord<StoreData>;
type Merchant = StoredRecord<MerchantData>;

export type Received =
  | { readonly outcome: 'unknown_store' | 'platform_not_served' | 'ping' | 'not_json' }
  | { readonly outcome: 'invalid_signature'; readonly signedBy: string }
  | ({ readonly outcome: 'kept' } & TakenIn);

/** The secrets a store's webhooks may be signed with now, the newest first. */
const secretsOf = (service: Service, store: Store, now: number): string[] =>
  store.data.secrets
    .filter(({ validUntil }) => validUntil === null || validUntil > now)
    .map(({ sealed }) => open(service.masterKey, `${store.merchantId}|${store.id}|webhookSecret`, sealed));

/** What a connector is told about the store it reads for. */
export const normaliseOptions = (
  store: Store,
  merchant: Merchant | undefined,
  receivedAt: number,
): NormaliseOptions => ({
  receivedAt,
  storeDomain: store.data.domain,
  exponentOf,
  ...(merchant && { merchantCurrency: merchant.data.currency }),
});

/** What every platform sends; a delivery may leave it to us to know. */
const isJson = ({ headers }: Delivery): boolean => {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return !type || type === 'application/json' || type.endsWith('+json');
};

/**
 * Receives a delivery for a store. Nothing is stored unless the signature holds; once it does, body and event are
 * durable before anything is made of them, and a repeat changes nothing.
 */
export const receiveWebhook = async (service: Service, storeId: string, delivery: Delivery): Promise<Received> => {
  const store = storeId.startsWith('sto_') ? await recordById<StoreData>(service.table, storeId) : undefined;
  // An archived store's secret is revoked with it, so it is as if there were no such store.
  if (store?.kind !== 'store' || store.archivedAt !== null) return { outcome: 'unknown_store' };
  const connector = connectorFor(store.data.platform);
  if (!connector) return { outcome: 'platform_not_served' };
  if (connector.ping?.(delivery)) return { outcome: 'ping' };
  if (!isJson(delivery)) return { outcome: 'not_json' };
  const receivedAt = service.clock();
  if (!connector.verify(delivery, secretsOf(service, store, receivedAt), receivedAt)) {
    return { outcome: 'invalid_signature', signedBy: connector.signedBy };
  }
  const { topic, eventId: shopEventId } = connector.identify(delivery);
  const merchant = await recordById<MerchantData>(service.table, store.merchantId);
  const normalised = connector.normalise(delivery, normaliseOptions(store, merchant, receivedAt));
  if (normalised.outcome === 'order') await noteInstalled(service, store, receivedAt);
  const arrival = { delivery, topic, shopEventId, receivedAt };
  return { outcome: 'kept', ...(await takeIn(service, store, merchant, arrival, normalised)) };
};
