// Why an order is credited as it is: every candidate with its reason, end to end from click and code to answer.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MerchantData } from '../../lib/domain/entities.ts';
import { orderIdOf } from '../../lib/flows/inbox-event.ts';
import { recordById, type StoredRecord } from '../../lib/table/records.ts';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aSnapshot } from '../support/payloads/order-events.ts';
import { delivered } from '../support/shop.ts';
import { aWorld, clickIdOf, deliver, follow, placeOrder, rollUp, someOrder, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
const DAY = 86_400_000;
const START = Date.parse('2026-11-20T12:00:00Z');

beforeAll(async () => {
  api = await testApi();
});
beforeEach(async () => {
  api.clock.now = START;
  world = await aWorld(api);
});
afterAll(() => api.close());

let orders = 0;
/** Places an order now and gives the reasons of what became of it. */
const attributionOf = async (over: Record<string, unknown> = {}): Promise<Json> => {
  orders += 1;
  const kept = await placeOrder(api, world.store, { externalId: `o-${orders}`, ...over });
  const { orderId } = await world.get(`/v1/webhook-events/${kept.id}`);
  return world.get(`/v1/orders/${orderId}/attribution`);
};
const click = async (promoter = world.sarah, options: Parameters<typeof follow>[2] = {}) =>
  clickIdOf(await follow(api, promoter.link.slug, options)) as string;
const reasons = (why: Json) => why.touches.map(({ type, accepted, reason }: Json) => [type, accepted, reason]);
const policy = (conflictPolicy: string) =>
  world.call('PATCH', '/v1/merchant', { body: { attribution: { conflictPolicy } } });

describe('a click', () => {
  it('that the order carries is credited, at any time within the lookback', async () => {
    const clickId = await click();
    api.clock.advance(30 * DAY);
    const why = await attributionOf({ clickId });
    expect(reasons(why)).toEqual([['click', true, 'in_window']]);
    expect(why).toMatchObject({
      conflict: false,
      unattributed: null,
      unknownClickId: null,
      unknownCodes: [],
      lookbackDays: 30,
      conflictPolicy: 'code_first',
      touches: [{ clickId, at: '2026-11-20T12:00:00.000Z', linkId: world.sarah.link.id, codeId: null, code: null }],
      credits: {
        direct: [
          {
            creatorId: world.sarah.creator.id,
            campaignId: world.campaign.id,
            linkId: world.sarah.link.id,
            codeId: null,
            share: 1,
            netRevenue: 10_000,
          },
        ],
      },
    });
  });

  it('a millisecond before the lookback is outside, and said to have come nearest', async () => {
    const clickId = await click();
    api.clock.advance(30 * DAY + 1);
    const why = await attributionOf({ clickId });
    expect(reasons(why)).toEqual([['click', false, 'outside_window']]);
    expect(why.credits.direct).toEqual([]);
    expect(why.unattributed).toMatchObject({
      reason: 'outside_window',
      nearest: { type: 'click', clickId, creatorId: world.sarah.creator.id, accepted: false },
    });
  });

  it("is judged by its campaign's own lookback", async () => {
    await world.call('PATCH', `/v1/campaigns/${world.campaign.id}`, { body: { attribution: { lookbackDays: 1 } } });
    const clickId = await click();
    api.clock.advance(DAY + 1);
    expect((await attributionOf({ clickId })).unattributed.reason).toBe('outside_window');
  });

  it('later than the order is its own within five minutes of clock skew', async () => {
    const placedAt = new Date(START).toISOString();
    api.clock.advance(300_000);
    expect(reasons(await attributionOf({ clickId: await click(), placedAt }))).toEqual([['click', true, 'in_window']]);
    api.clock.advance(1);
    expect(reasons(await attributionOf({ clickId: await click(), placedAt }))).toEqual([
      ['click', false, 'after_order'],
    ]);
  });

  it('of a bot is not human', async () => {
    const clickId = await click(world.sarah, {
      headers: { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' },
    });
    expect(reasons(await attributionOf({ clickId }))).toEqual([['click', false, 'not_human']]);
  });

  it('that a browser fetched ahead, and whoever tapped was shown, is credited, though it stays no click', async () => {
    const clickId = await click(world.sarah, { headers: { 'sec-purpose': 'prefetch' } });
    const why = await attributionOf({ clickId });
    expect(reasons(why)).toEqual([['click', true, 'in_window']]);
    expect(why.credits.direct[0].creatorId).toBe(world.sarah.creator.id);
    const day = new Date(api.clock.now).toISOString().slice(0, 10);
    await rollUp(world, day);
    const { totals } = await world.get('/v1/reports/performance', { from: day, to: day });
    expect(totals).toMatchObject({ clicks: 0, orders: 1, cvr: null, excludedClicks: { prefetch: 1 } });
  });

  it('later in the same journey beats the earlier one', async () => {
    const first = await follow(api, world.sarah.link.slug);
    const cookie = /^(trb_v=[^;]+)/.exec(first.cookies[0] ?? '')?.[1] as string;
    api.clock.advance(60_000);
    const clickId = await click(world.mike, { cookies: [cookie] });
    api.clock.advance(60_000);
    const why = await attributionOf({ clickId });
    expect(reasons(why)).toEqual([
      ['click', false, 'beaten_by_later_click'],
      ['click', true, 'in_window'],
    ]);
    expect(why.credits.direct[0].creatorId).toBe(world.mike.creator.id);
  });

  it('that was made up leads nowhere, and is named', async () => {
    for (const clickId of ['clk_0123456789', `clk_${'A'.repeat(54)}`, 'x'.repeat(5000), '']) {
      const why = await attributionOf({ clickId });
      expect(why.unattributed).toEqual({ reason: 'no_touch', nearest: null });
      expect(why.unknownClickId).toBe(clickId.startsWith('clk_') ? clickId : null);
    }
  });

  it('that no click is behind is named beside the code that is credited', async () => {
    const why = await attributionOf({ clickId: 'clk_0123456789', discountCodes: [world.sarah.code.code] });
    expect(reasons(why)).toEqual([['code', true, 'code_valid']]);
    expect(why.unknownClickId).toBe('clk_0123456789');
  });

  it('is found in the landing page too', async () => {
    const clickId = await click();
    const why = await attributionOf({ landingUrl: `https://shop.example.com/p?utm_source=x&trb_click=${clickId}` });
    expect(why.credits.direct[0].linkId).toBe(world.sarah.link.id);
  });
});

describe('a code', () => {
  it('is credited with no lookback, only its validity', async () => {
    const value = { type: 'percent', amount: 20 };
    const times = { startsAt: new Date(START).toISOString(), endsAt: new Date(START + DAY).toISOString() };
    const shared = { creatorId: world.sarah.creator.id, storeId: world.store.id, value };
    const code = await world.make('/v1/discount-codes', { ...shared, ...times, code: 'ONE-DAY' });
    expect(reasons(await attributionOf({ discountCodes: ['one-day'] }))).toEqual([['code', true, 'code_valid']]);
    api.clock.advance(DAY);
    expect(reasons(await attributionOf({ discountCodes: ['ONE-DAY'] }))).toEqual([['code', true, 'code_valid']]);
    api.clock.advance(1);
    const why = await attributionOf({ discountCodes: ['ONE-DAY'] });
    expect(why.unattributed).toMatchObject({ reason: 'code_expired', nearest: { codeId: code.id, code: 'ONE-DAY' } });
  });

  it('that nobody holds changes nothing, and is named', async () => {
    const why = await attributionOf({ discountCodes: ['BLACKFRIDAY'] });
    expect(why).toMatchObject({ touches: [], unknownCodes: ['BLACKFRIDAY'], unattributed: { reason: 'no_touch' } });
  });

  it('that took off more beats another; of equals the first', async () => {
    const codes = (a: number | null, b: number | null) => [
      { code: world.sarah.code.code, amount: a },
      { code: world.mike.code.code, amount: b },
    ];
    const winner = async (a: number | null, b: number | null) => {
      const why = await attributionOf({ discountCodes: codes(a, b) });
      expect(why.touches.map(({ reason }: Json) => reason).sort()).toEqual(['beaten_by_other_code', 'code_valid']);
      return why.credits.direct[0].creatorId;
    };
    expect(await winner(500, 1500)).toBe(world.mike.creator.id);
    expect(await winner(1000, 1000)).toBe(world.sarah.creator.id);
    expect(await winner(null, 1)).toBe(world.mike.creator.id);
  });
});

describe("one creator's click and another's code", () => {
  const both = async () => ({ clickId: await click(world.sarah), discountCodes: [world.mike.code.code] });

  it.each([
    ['code_first', 'mike', ['beaten_by_code', 'code_valid']],
    ['click_first', 'sarah', ['in_window', 'beaten_by_click']],
    ['larger_share', 'mike', ['beaten_by_code', 'code_valid']],
  ] as const)('under %s are credited to %s', async (name, winner, expected) => {
    await policy(name);
    const why = await attributionOf(await both());
    expect([why.conflict, why.conflictPolicy]).toEqual([true, name]);
    expect(why.touches.map(({ reason }: Json) => reason)).toEqual(expected);
    expect(why.credits.direct).toMatchObject([{ creatorId: world[winner].creator.id }]);
  });

  it('under review are credited to nobody until somebody decides', async () => {
    await policy('review');
    const why = await attributionOf(await both());
    expect(why).toMatchObject({ conflict: true, credits: { direct: [] }, unattributed: { reason: 'conflict_review' } });
  });

  it('of the same creator are no conflict: both stand in the credit', async () => {
    const why = await attributionOf({ clickId: await click(world.sarah), discountCodes: [world.sarah.code.code] });
    expect(why.conflict).toBe(false);
    expect(why.credits.direct).toMatchObject([{ linkId: world.sarah.link.id, codeId: world.sarah.code.id }]);
  });
});

describe('an archived creator', () => {
  it('gets nothing for orders after that, and keeps those before', async () => {
    const clickId = await click();
    const placedAt = new Date(START).toISOString();
    api.clock.advance(1000);
    await world.call('DELETE', `/v1/creators/${world.sarah.creator.id}`);
    api.clock.advance(1000);
    expect(reasons(await attributionOf({ clickId }))).toEqual([['click', false, 'creator_archived']]);
    expect(reasons(await attributionOf({ clickId, placedAt }))).toEqual([['click', true, 'in_window']]);
  });
});

describe('an order by an app', () => {
  it('that carries a click id is credited to the click', async () => {
    const why = await attributionOf({ channel: 'app', clickId: await click() });
    expect(why.credits.direct).toMatchObject([{ creatorId: world.sarah.creator.id, linkId: world.sarah.link.id }]);
  });
});

describe('an order that is no sale', () => {
  it('is credited when it is a renewal, which reports show beside the sales', async () => {
    const why = await attributionOf({ kind: 'renewal', discountCodes: [world.sarah.code.code] });
    expect(why).toMatchObject({ kind: 'renewal', unattributed: null });
    expect(why.credits.direct).toMatchObject([{ creatorId: world.sarah.creator.id }]);
  });

  it('says which order it follows, when it is a renewal of one: that one’s touches decide, over its own money', async () => {
    const [first, later] = ['o-first', 'o-later'];
    await placeOrder(api, world.store, { externalId: first, discountCodes: [world.sarah.code.code] });
    const merchant = (await recordById<MerchantData>(
      api.service.table,
      world.merchant.id,
    )) as StoredRecord<MerchantData>;
    const shop = { merchant, storeId: world.store.id } as Parameters<typeof delivered>[1];
    const placedAt = api.clock.now + 30 * DAY;
    const codes = [{ code: world.mike.code.code, amount: 100 }];
    const renewal = { kind: 'renewal', parentExternalId: first, placedAt, updatedAt: placedAt, codes } as const;
    await delivered(api.service, shop, later, aSnapshot({ ...renewal, gross: 3_000, discounts: 500 }));
    const why = await world.get(`/v1/orders/${orderIdOf(world.store.id, later)}/attribution`);
    expect(why).toMatchObject({
      creditFollows: orderIdOf(world.store.id, first),
      touches: [{ code: world.sarah.code.code, accepted: true }],
      credits: { direct: [{ creatorId: world.sarah.creator.id, netRevenue: 2_500 }] },
    });
    const parent = await world.get(`/v1/orders/${orderIdOf(world.store.id, first)}/attribution`);
    expect(parent.creditFollows).toBeNull();
  });

  it('is credited to nobody when it is a gift', async () => {
    const why = await attributionOf({ kind: 'gift', discountCodes: [world.sarah.code.code] });
    expect(why).toMatchObject({ kind: 'gift', credits: { direct: [] }, unattributed: { reason: 'order_gift' } });
  });
});

describe('an order that does not count', () => {
  it.each([
    ['test', { test: true }],
    ['draft', { draft: true }],
    ['fx_missing', { currency: 'EUR' }],
  ])('since it is %s is credited to nobody, whatever it carries', async (state, over) => {
    const why = await attributionOf({ ...over, discountCodes: [world.sarah.code.code] });
    expect(why).toMatchObject({ credits: { direct: [] }, unattributed: { reason: `order_${state}` } });
  });

  it('any more, since it was cancelled, neither', async () => {
    await attributionOf({ externalId: 'to-cancel', discountCodes: [world.sarah.code.code] });
    await deliver(api, world.store, 'order.cancelled', { externalId: 'to-cancel' });
    const { data } = await world.get('/v1/orders', { state: 'cancelled' });
    const why = await world.get(`/v1/orders/${data[0].id}/attribution`);
    expect(why).toMatchObject({ credits: { direct: [] }, unattributed: { reason: 'order_cancelled' } });
  });

  it('of the till is not credited to a click', async () => {
    const order = someOrder(api, { externalId: 'till', channel: 'pos', clickId: await click() });
    const { json } = await deliver(api, world.store, 'order.paid', order);
    const { orderId } = await world.get(`/v1/webhook-events/${json.id}`);
    expect(reasons(await world.get(`/v1/orders/${orderId}/attribution`))).toEqual([
      ['click', false, 'channel_not_web'],
    ]);
  });
});
