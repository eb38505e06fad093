// One example of everything the table holds, of ordinary size, for access patterns to ask about.
import { gzipSync } from 'node:zlib';
import type { ClickPlace } from '../../../lib/domain/clicks/click-key.ts';
import type { StoreData } from '../../../lib/domain/entities.ts';
import { foldOrder } from '../../../lib/domain/orders/fold.ts';
import { emptySales, emptyTraffic } from '../../../lib/domain/report-rows.ts';
import type { ClickRows, ComputedDay, NarrowRow, RollupHeader } from '../../../lib/domain/rollup.ts';
import { seal } from '../../../lib/platform/crypto.ts';
import { derivedId, fingerprint } from '../../../lib/platform/ids.ts';
import { type ClickFacts, storeClick } from '../../../lib/table/clicks.ts';
import { recordCustomerOrder } from '../../../lib/table/customers.ts';
import { eventIdOf, type InboxEvent, keepEvent } from '../../../lib/table/inbox.ts';
import { writeEntries } from '../../../lib/table/ledger-entries.ts';
import { NOTHING_KNOWN, type StoredOrder, writeOrder } from '../../../lib/table/orders.ts';
import type { StoredRecord } from '../../../lib/table/records.ts';
import { writeRollup } from '../../../lib/table/rollups.ts';
import { keepBody } from '../../../lib/table/webhook-bodies.ts';
import { anEvent, aRefund, aSnapshot } from '../payloads/order-events.ts';
import { aShopifyOrder, SHOPIFY_SECRET } from '../payloads/shopify.ts';
import { STANDARD_SECRET } from '../payloads/standard.ts';
import { aCreator, aDiscountCode, aLink, aMerchant, aRecord, MERCHANT_ID, stored } from '../records.ts';
import { TEST_NOW, type TestService, testService } from '../service.ts';

/** How many of each an example list holds. */
export const LISTED = 25;

export const STORE_ID = 'sto_TestStore000000001';
export const STANDARD_STORE_ID = 'sto_TestStore000000002';
export const DAY = '2026-11-20';
export const CUSTOMER = fingerprint('customer');

/** What an iPhone sends from inside Instagram: among the longer user agents. */
export const USER_AGENT =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/22G86 ' +
  'Instagram 392.0.0.26.92 (iPhone15,4; iOS 18_6; en_US; en; scale=3.00; 1179x2556; 766011467)';

export interface World extends TestService {
  readonly merchant: StoredRecord<unknown>;
  readonly creators: readonly StoredRecord<unknown>[];
  readonly link: ReturnType<typeof aLink>;
  readonly code: ReturnType<typeof aDiscountCode>;
  readonly place: ClickPlace;
  readonly facts: ClickFacts;
  readonly order: StoredOrder;
  readonly event: InboxEvent;
  readonly rollup: { readonly header: RollupHeader; readonly day: ComputedDay };
}

const place: ClickPlace = {
  ...{ day: DAY, shard: 3, at: TEST_NOW, suffix: '00c0ffee' },
  visitor: `20261101${Buffer.alloc(16, 5).toString('base64url')}`,
};

const factsOf = (linkId: string): ClickFacts => ({
  ...{ linkId, method: 'GET', userAgent: USER_AGENT, purpose: null },
  ...{ referrerHost: 'l.instagram.com', country: 'US', externalId: null },
});

/** A paid order with a refund, as its events tell it. */
export const anExampleOrder = (number: number) => {
  const externalId = String(5_000_000_000_000 + number);
  const id = derivedId('ord', STORE_ID, externalId);
  const customerKeys = [CUSTOMER, fingerprint('customer', 'id')];
  const snapshot = aSnapshot({
    customerKeys,
    clickId: `clk_${'0'.repeat(54)}`,
    placedAt: TEST_NOW,
    updatedAt: TEST_NOW,
  });
  const refund = aRefund({ refundedAt: TEST_NOW + 1000 });
  const { entries, ...fold } = foldOrder([anEvent(snapshot), anEvent({ type: 'refund', refund })]);
  const at = TEST_NOW + number * 1000;
  const order: StoredOrder = {
    id,
    merchantId: MERCHANT_ID,
    storeId: STORE_ID,
    externalId,
    listedAt: at,
    version: 1,
    fold,
    entries: entries.map((entry) => ({ ...entry, at })),
    folded: [],
  };
  const event: InboxEvent = {
    ...{ id: eventIdOf(id.slice(4), fingerprint('event', externalId)), merchantId: MERCHANT_ID, storeId: STORE_ID },
    ...{ platform: 'shopify', topic: 'orders/paid', shopEventId: '98880550-7158-44d4-b7cd-2c97c8a091b5' },
    ...{ receivedAt: at, state: 'received', reason: null, detail: null, orderId: id, orderExternalId: externalId },
    ...{ event: snapshot, attempts: 0, bodyBytes: 1234 },
  };
  return { order, event };
};

const exampleRows = (count: number): NarrowRow[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ creatorId: derivedId('crt', `${i}`), campaignId: null, storeId: STORE_ID, line: `P-${i}` },
    ...{ customerType: 'unknown', country: 'US', channel: 'web' },
    ...{ booked: { ...emptySales(), orders: i }, settled: emptySales() },
  }));

const FEW_VALUES = {
  device: ['mobile', 'desktop'],
  os: ['iOS', 'Android', 'Windows'],
  app: ['instagram', 'tiktok', null],
  referrerHost: ['l.instagram.com', null],
  clickCountry: ['US', 'CA', 'GB'],
  language: ['en', 'es'],
} as const;

/** Clicks of 200 creators, each with a few values of each dimension. */
const exampleClicks = (): ClickRows =>
  Object.fromEntries(
    Object.entries(FEW_VALUES).map(([dimension, values]) => [
      dimension,
      Array.from({ length: 200 }, (_, i) =>
        values.map((value, n) => ({
          ...{ creatorId: derivedId('crt', `${i}`), campaignId: null, value },
          traffic: { ...emptyTraffic(), clicks: i * n, uniqueClicks: i },
        })),
      ).flat(),
    ]),
  ) as unknown as ClickRows;

/** A day of a merchant of 200 links that sold something. */
const exampleRollup = (): World['rollup'] => ({
  header: {
    day: DAY,
    startedAt: TEST_NOW,
    computedAt: TEST_NOW + 900,
    clickRules: 'clicks-3',
    attributionRules: 'rul_1',
  },
  day: {
    rows: Array.from({ length: 200 }, (_, i) => ({
      ...{ creatorId: derivedId('crt', `${i}`), campaignId: null, linkId: derivedId('lnk', `${i}`), codeId: null },
      ...{ storeId: STORE_ID, traffic: null, booked: { ...emptySales(), orders: i }, settled: emptySales() },
    })),
    credits: [],
    stores: [],
    narrow: { order: exampleRows(200), sku: exampleRows(200), product: exampleRows(200), collection: exampleRows(20) },
    clicks: exampleClicks(),
  },
});

const fill = async (service: TestService['service'], world: Pick<World, 'creators' | 'link' | 'code' | 'merchant'>) => {
  const { table, masterKey } = service;
  for (const record of [world.merchant, ...world.creators, world.link, world.code]) await stored(table, record);
  const aStore = async (id: string, secret: string, about: Pick<StoreData, 'platform' | 'domain'>) => {
    const sealed = seal(masterKey, `${MERCHANT_ID}|${id}|webhookSecret`, secret);
    const secrets = [{ sealed, validUntil: null }];
    await stored(table, aRecord('store', { ...about, name: 'Riverbank', credentials: {}, secrets }, { id }));
  };
  await aStore(STORE_ID, SHOPIFY_SECRET, { platform: 'shopify', domain: 'open-shop.myshopify.com' });
  await aStore(STANDARD_STORE_ID, STANDARD_SECRET, { platform: 'standard', domain: 'shop.example.com' });
  for (let i = 0; i < LISTED; i++) {
    const { order, event } = anExampleOrder(i);
    await keepEvent(table, event);
    await writeEntries(table, order, NOTHING_KNOWN, order.entries);
    await writeOrder(table, order, undefined);
    await storeClick(table, MERCHANT_ID, { ...place, at: TEST_NOW + i }, factsOf(world.link.id));
  }
};

/** Fills a table of its own; `close` removes it. */
export const exampleWorld = async (): Promise<World> => {
  const opened = await testService();
  const { service } = opened;
  const merchant = aMerchant();
  const creators = Array.from({ length: LISTED }, (_, i) => aCreator({ externalId: `crm-${1000 + i}` }));
  const [{ id: creatorId }] = creators as [StoredRecord<unknown>];
  const link = aLink({ data: { creatorId } });
  const code = aDiscountCode({ data: { creatorId, storeIds: [STORE_ID, STANDARD_STORE_ID] } });
  await fill(service, { merchant, creators, link, code });
  const { order, event } = anExampleOrder(0);
  const rollup = exampleRollup();
  await writeRollup(service.table, MERCHANT_ID, rollup.header, rollup.day, '0a1b2c3d', service.clock);
  await keepBody(
    service.table,
    service.masterKey,
    event.id,
    { headers: {}, raw: gzipSync(JSON.stringify(aShopifyOrder())) },
    TEST_NOW,
    14,
  );
  await recordCustomerOrder(service.table, MERCHANT_ID, CUSTOMER, {
    orderId: order.id,
    placedAt: TEST_NOW,
    counts: true,
  });
  return { ...opened, merchant, creators, link, code, place, facts: factsOf(link.id), order, event, rollup };
};
