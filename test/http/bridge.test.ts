// From the shop's own net sales to ours: every difference has a line, and the lines add up.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aMerchant, aStore, aWorld, deliver, placeOrder, rollUp, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
const [FIRST, LAST] = ['2026-11-18', '2026-11-20'];
const at = (day: string) => `${day}T10:00:00Z`;

/** 120.00 less 20.00 each, but for what is said. */
const sold = (externalId: string, day: string, over: Json = {}) =>
  placeOrder(api, world.store, { externalId, name: `#${externalId}`, placedAt: at(day), updatedAt: at(day), ...over });

beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api, { merchant: { giftOrders: { tags: ['seeding'], codes: [] } } });
  await sold('1', FIRST);
  await sold('2', '2026-11-19');
  // Sold before these days, given back in them.
  await sold('3', '2026-11-10');
  const refund = { externalId: 'r1', orderExternalId: '3', amount: 4_000, refundedAt: at(LAST) };
  await deliver(api, world.store, 'refund.created', refund);
  await sold('4', LAST, { kind: 'renewal' });
  await sold('5', LAST, { tags: ['seeding'] });
  await sold('6', LAST, { test: true });
  await sold('7', LAST, { currency: 'EUR' });
  await rollUp(world, '2026-11-10', LAST);
});
afterAll(() => api.close());

const bridgeOf = (query: Json = {}): Promise<Json> =>
  world.get('/v1/reports/bridge', { from: FIRST, to: LAST, source: 'standard', ...query });
const amounts = ({ data }: Json) => Object.fromEntries(data.map(({ line, amount }: Json) => [line, amount]));
const counts = ({ data }: Json) => Object.fromEntries(data.map(({ line, orders }: Json) => [line, orders]));

describe('GET /v1/reports/bridge', () => {
  it('has a line for everything the shop counts otherwise, and leaves nothing over', async () => {
    const found = await bridgeOf();
    // Two sales and a renewal and a gift that was paid for, less the refund.
    expect(found).toMatchObject({ isTold: false, shopNetSales: 36_000, netRevenue: 20_000, remainder: 0 });
    expect(amounts(found)).toEqual({
      ...{ missing: 0, returns_timing: 4_000, chargebacks: 0, renewals: -10_000, gifts: -10_000 },
      ...{ tests: 0, gift_cards: 0, currency: 0 },
    });
    expect(counts(found)).toMatchObject({ renewals: 1, gifts: 1, tests: 1, currency: 1 });
  });

  it('shows what no line explains of what the shop says', async () => {
    const found = await bridgeOf({ netSales: 36_500 });
    expect(found).toMatchObject({ isTold: true, shopNetSales: 36_500, remainder: -500 });
  });

  it('takes orders that never came from the days held against the shop', async () => {
    const orders = [
      { id: '2', total: 11_000 },
      { id: '99', total: 7_700 },
    ];
    const body = { day: '2026-11-19', orders };
    expect((await world.call('POST', `/v1/stores/${world.store.id}/reconcile`, { body })).status).toBe(200);
    const found = await bridgeOf();
    expect(found).toMatchObject({ shopNetSales: 43_700, netRevenue: 20_000, remainder: 0, shortDays: ['2026-11-19'] });
    expect(amounts(found)).toMatchObject({ missing: -7_700 });
    const performance = await world.get('/v1/reports/performance', { from: FIRST, to: LAST });
    expect(performance.reconciliation.storeNetRevenue).toBe(found.netRevenue);
  });

  it('leaves out, as shops do, what banks took back', async () => {
    const shop = await aWorld(api);
    await placeOrder(api, shop.store, { externalId: 'c1', placedAt: at(FIRST), updatedAt: at(FIRST) });
    const dispute = { externalId: 'd1', orderExternalId: 'c1', amount: 3_000, openedAt: at('2026-11-19') };
    await deliver(api, shop.store, 'dispute.opened', dispute);
    await rollUp(shop, FIRST, LAST);
    const span = { from: FIRST, to: LAST, source: 'standard' };
    const lost = await shop.get('/v1/reports/bridge', span);
    expect(lost).toMatchObject({ shopNetSales: 10_000, netRevenue: 7_000, remainder: 0 });
    expect(amounts(lost)).toMatchObject({ chargebacks: -3_000, returns_timing: 0 });
    await deliver(api, shop.store, 'dispute.closed', { ...dispute, won: true, closedAt: at(LAST) });
    await rollUp(shop, FIRST, LAST);
    const won = await shop.get('/v1/reports/bridge', span);
    expect(won).toMatchObject({ shopNetSales: 10_000, netRevenue: 10_000, remainder: 0 });
    expect(amounts(won)).toMatchObject({ chargebacks: 0 });
  });

  it('tells no chargeback of an order that was cancelled after it, and those of renewals beside them', async () => {
    const shop = await aWorld(api);
    await placeOrder(api, shop.store, { externalId: 'c1', placedAt: at(FIRST), updatedAt: at(FIRST) });
    await placeOrder(api, shop.store, { externalId: 'c2', kind: 'renewal', placedAt: at(FIRST), updatedAt: at(FIRST) });
    for (const orderExternalId of ['c1', 'c2']) {
      const dispute = {
        externalId: `of-${orderExternalId}`,
        orderExternalId,
        amount: 3_000,
        openedAt: at('2026-11-19'),
      };
      await deliver(api, shop.store, 'dispute.opened', dispute);
    }
    await deliver(api, shop.store, 'order.cancelled', { externalId: 'c1', cancelledAt: at(LAST) });
    await rollUp(shop, FIRST, LAST);
    const found = await shop.get('/v1/reports/bridge', { from: FIRST, to: LAST, source: 'standard' });
    // The renewal as the shop counts it: whole.
    expect(found).toMatchObject({ shopNetSales: 10_000, netRevenue: 0, remainder: 0 });
    expect(amounts(found)).toMatchObject({ chargebacks: -3_000, renewals: -7_000, returns_timing: 0 });
  });

  it('is of the stores of its platform alone, and leaves as CSV', async () => {
    expect(await bridgeOf({ source: 'shopify' })).toMatchObject({ storeIds: [], shopNetSales: 0, netRevenue: 0 });
    const query = { from: FIRST, to: LAST, source: 'standard' };
    const csv = await world.call('GET', '/v1/reports/bridge', { query, headers: { accept: 'text/csv' } });
    expect(csv.text.split('\r\n').slice(0, 2)).toEqual(['line,amount,orders', 'missing,-77.00,1']);
    const other = await aMerchant(api);
    const theirs = await aStore(other);
    expect(await bridgeOf({ storeId: theirs.id })).toMatchObject({ storeIds: [] });
    expect((await world.call('GET', '/v1/reports/bridge', { query: { ...query, source: 'etsy' } })).status).toBe(422);
  });
});
