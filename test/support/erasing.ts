// A shop whose customers can be erased, and a look through the whole table for what may be left of one.
import type { StoreData } from '../../lib/domain/entities.ts';
import { customerKeysOf } from '../../lib/flows/customer-keys.ts';
import { askErasure, type Subject } from '../../lib/flows/erasure-plan.ts';
import { runErasure } from '../../lib/flows/run-erasure.ts';
import type { Service } from '../../lib/flows/service.ts';
import { seal } from '../../lib/platform/crypto.ts';
import { bodyOf } from '../../lib/table/webhook-bodies.ts';
import { STANDARD_SECRET } from './payloads/standard.ts';
import { aRecord, stored } from './records.ts';
import { aShop } from './shop.ts';
import { itemsIn } from './world.ts';

let customers = 0;

/** A shop with creators, links and codes, a store that delivers, and a customer that no other shop has. */
export const aForgetfulShop = async (service: Service, over: Parameters<typeof aShop>[1] = {}) => {
  const shop = await aShop(service, { ...over, data: { customerHistoryFrom: '2026-01-01', ...over.data } });
  const { id: merchantId } = shop.merchant;
  const sealed = seal(service.masterKey, `${merchantId}|${shop.storeId}|webhookSecret`, STANDARD_SECRET);
  const store: StoreData = {
    ...{ name: 'Riverbank', platform: 'standard', domain: 'shop.example.com', credentials: {} },
    secrets: [{ sealed, validUntil: null }],
  };
  await stored(service.table, aRecord('store', store, { id: shop.storeId, merchantId }));
  const ada = { email: `ada${++customers}@example.com`, id: `ada-${customers}` };
  return { ...shop, merchantId, ada };
};

export type ForgetfulShop = Awaited<ReturnType<typeof aForgetfulShop>>;

let asked = 0;

/** An erasure's id; a new one each time. */
export const erasureId = (): string => `era_Test${String(++asked).padStart(14, '0')}`;

/** Erases as the API does; under the same id it is the same erasure. */
export const erase = async (service: Service, shop: ForgetfulShop, over: Partial<Subject> = {}, id = erasureId()) => {
  const customer = { email: shop.ada.email, platformId: null };
  const subject: Subject = { type: 'customer', storeId: shop.storeId, customer, orders: [], ...over };
  const dueAt = service.clock() + 60_000;
  await askErasure(service, { id, merchantId: shop.merchant.id, by: 'api', eventId: null, dueAt }, subject);
  return runErasure(service, id, Number.POSITIVE_INFINITY);
};

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_name, one) => (one instanceof Uint8Array ? Buffer.from(one).toString('latin1') : one));

/** Where in the whole table anything of a customer is, of the shop's own unless told: items with a key of theirs or their address, bodies that name them. */
export const tracesOf = async (service: Service, shop: ForgetfulShop, { email, id } = shop.ada) => {
  const found: string[] = [];
  const customer = { email, platformId: id };
  const keys = customerKeysOf(service, shop.merchant.id, shop.storeId, customer);
  for (const item of await itemsIn({ service })) {
    const place = `${item.pk} / ${item.sk}`;
    if ([...keys, email].some((text) => textOf(item).includes(text))) found.push(place);
    if (!item.pk.startsWith('RAW#')) continue;
    const body = await bodyOf(service.table, service.masterKey, item.pk.slice(4), service.clock(), 90);
    if (Buffer.from(body?.raw ?? []).includes(email)) found.push(`${place} (body)`);
  }
  return found;
};
