// Clicks left in the queue while the table was away: stored once, on their own day, and seen by what was computed since.
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRedirect } from '../../functions/redirect.ts';
import { openClickFiles } from '../../infra/local/click-files.ts';
import type { GatewayHandler } from '../../infra/local/gateway.ts';
import { dayOf } from '../../lib/domain/days.ts';
import { storeLeftClicks } from '../../lib/flows/left-clicks.ts';
import { closeDays } from '../../lib/flows/night.ts';
import type { Service } from '../../lib/flows/service.ts';
import { sweep } from '../../lib/flows/sweep.ts';
import type { ClickQueue, QueuedClick } from '../../lib/platform/click-queue.ts';
import { newVisitorCookie, VISITOR_COOKIE } from '../../lib/platform/visitors.ts';
import { dirtyDaysOf } from '../../lib/table/dirty-days.ts';
import { readRollups } from '../../lib/table/rollups.ts';
import { aGatewayEvent, answeredOf } from '../support/http.ts';
import { aSnapshot } from '../support/payloads/order-events.ts';
import { aDataFolder } from '../support/server.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';
import { aShop, delivered, type Shop } from '../support/shop.ts';
import { itemsIn } from '../support/world.ts';
import { failingTable, wrappedTable } from '../support/wrapped-table.ts';

const HOUR = 3_600_000;
const DAY = dayOf(TEST_NOW, 'UTC');
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1';

/** At least once: what is received stays until it is removed. */
const aQueue = () => {
  const waiting: QueuedClick[] = [];
  const queue: ClickQueue = {
    send: async (text) => void waiting.push({ text, receipt: String(waiting.length + 1) }),
    receive: async () => waiting.slice(0, 10),
    remove: async (clicks) => {
      const gone = new Set(clicks.map(({ receipt }) => receipt));
      waiting.splice(0, waiting.length, ...waiting.filter(({ receipt }) => !gone.has(receipt)));
    },
  };
  return { queue, waiting };
};

let world: TestService;
let shop: Shop;
let service: Service;
let queued: ReturnType<typeof aQueue>;
let away = false;
let follow: (from?: string, cookie?: string) => Promise<URL>;

beforeEach(async () => {
  world = await testService();
  queued = aQueue();
  away = false;
  service = { ...world.service, clickQueue: queued.queue, table: failingTable(world.service.table, () => away) };
  shop = await aShop(world.service);
  const redirect = createRedirect(service) as GatewayHandler;
  const { slug } = shop.links[0].data;
  const headers = { 'user-agent': PHONE, 'accept-language': 'de-DE' };
  follow = async (from, cookie) => {
    const event = aGatewayEvent('GET', `/${slug}`, {
      headers,
      ...(from && { from }),
      ...(cookie && { cookies: [cookie] }),
    });
    return new URL(answeredOf(await redirect(event, undefined as never)).headers.location as string);
  };
  await follow();
});
afterEach(() => world.close());

const clicksOf = async () => {
  const [read] = await readRollups(world.service.table, shop.merchant.id, [DAY]);
  return read?.day.rows.reduce((sum, { traffic }) => sum + (traffic?.clicks ?? 0), 0);
};

describe('a click the table does not take', () => {
  it('waits in the queue, its id handed out all the same', async () => {
    away = true;
    const location = await follow();
    expect(location.searchParams.get('trb_click')).toMatch(/^clk_/);
    expect(queued.waiting).toHaveLength(1);
    expect([world.counted.get('ClicksQueued'), world.counted.get('ClicksLost')]).toEqual([1, undefined]);
    expect(queued.waiting[0]?.text).not.toContain('203.0.113');
  });

  it('is lost, and counted so, where the queue is away too', async () => {
    away = true;
    service.clickQueue && Object.assign(service.clickQueue, { send: () => Promise.reject(new Error('away')) });
    const location = await follow();
    expect(location.searchParams.has('trb_click')).toBe(false);
    expect(world.counted.get('ClicksLost')).toBe(1);
  });

  it('later than the shopper waits, as the queue is too, has its id handed out, and the order that comes back with it', async () => {
    const released = Promise.withResolvers<void>();
    service.clickQueue && Object.assign(service.clickQueue, { send: () => released.promise });
    const { table } = service;
    Object.assign(service, { table: wrappedTable(table, (_request, send) => released.promise.then(send)) });
    const clickId = (await follow()).searchParams.get('trb_click');
    expect(world.counted.get('ClicksLost')).toBe(1);
    const bought = { placedAt: TEST_NOW + HOUR, updatedAt: TEST_NOW + HOUR, clickId };
    await delivered(world.service, shop, '1', aSnapshot(bought));
    released.resolve();
    await vi.waitFor(async () =>
      expect((await itemsIn(world)).filter(({ pk }) => pk.startsWith('CLK#'))).toHaveLength(2),
    );
    world.clock.now = TEST_NOW + 13 * HOUR;
    await closeDays(world.service);
    expect(await clicksOf()).toBe(2);
    expect((await readRollups(world.service.table, shop.merchant.id, [DAY]))[0]?.day.credits[0]?.creatorId).toBe(
      shop.creatorIds[0],
    );
  });

  it('and never has, leaves an order that carries its id to the visitor’s clicks before', async () => {
    const cookie = `${VISITOR_COOKIE}=${newVisitorCookie(TEST_NOW)}`;
    const first = (await follow(undefined, cookie)).searchParams.get('trb_click');
    Object.assign(service, {
      clickQueue: undefined,
      table: wrappedTable(service.table, () => new Promise(() => undefined)),
    });
    const clickId = (await follow(undefined, cookie)).searchParams.get('trb_click');
    expect(clickId).not.toBe(first);
    const bought = { placedAt: TEST_NOW + HOUR, updatedAt: TEST_NOW + HOUR, clickId };
    await delivered(world.service, shop, '1', aSnapshot(bought));
    world.clock.now = TEST_NOW + 13 * HOUR;
    await closeDays(world.service);
    expect((await readRollups(world.service.table, shop.merchant.id, [DAY]))[0]?.day.credits[0]?.creatorId).toBe(
      shop.creatorIds[0],
    );
  });

  it('is stored by the sweep, once, though it is delivered twice', async () => {
    away = true;
    await follow();
    away = false;
    queued.waiting.push(...queued.waiting.map((one) => ({ ...one, receipt: 'again' })));
    await sweep(service);
    expect(queued.waiting).toEqual([]);
    world.clock.now = TEST_NOW + 13 * HOUR;
    await closeDays(world.service);
    expect(await clicksOf()).toBe(2);
  });

  it('is stored with its language and as the repeat it was, and waits without the address that showed it', async () => {
    away = true;
    await follow('203.0.113.7');
    await follow('203.0.113.7');
    expect(queued.waiting.map(({ text }) => text).join()).not.toContain('203.0.113');
    away = false;
    await sweep(service);
    const stored = (await itemsIn(world)).filter(({ pk }) => pk.startsWith('CLK#'));
    expect(stored.map(({ g, d = 0 }) => `${g} ${d}`).sort()).toEqual(['de 0', 'de 0', 'de 1']);
  });

  it('that comes after its day was closed is counted on it, and credited with the orders since', async () => {
    away = true;
    const clickId = (await follow()).searchParams.get('trb_click');
    away = false;
    const bought = { placedAt: TEST_NOW + HOUR, updatedAt: TEST_NOW + HOUR, clickId };
    await delivered(world.service, shop, '1', aSnapshot(bought));
    world.clock.now = TEST_NOW + 13 * HOUR;
    await closeDays(world.service);
    expect(await clicksOf()).toBe(1);
    const credits = async () => (await readRollups(world.service.table, shop.merchant.id, [DAY]))[0]?.day.credits;
    expect((await credits())?.[0]?.creatorId).toBeNull();
    await sweep(service);
    world.clock.advance(HOUR);
    await closeDays(world.service);
    expect(await clicksOf()).toBe(2);
    expect((await credits())?.[0]?.creatorId).toBe(shop.creatorIds[0]);
  });

  it('of a day that a night has read since the round began marks it again', async () => {
    away = true;
    for (let i = 0; i < 11; i++) await follow();
    away = false;
    world.clock.now = TEST_NOW + 13 * HOUR;
    await closeDays(world.service);
    let received = 0;
    const { receive } = queued.queue;
    // Eight receive at once; the eleventh click comes two and a half minutes later, after a night that cleared the mark.
    const slowly: ClickQueue = {
      ...queued.queue,
      receive: async () => {
        received += 1;
        if (received === 1) return receive();
        if (received < 9) return [];
        world.clock.advance(150_000);
        await closeDays(world.service);
        return receive();
      },
    };
    await sweep({ ...service, clickQueue: slowly });
    expect(queued.waiting).toEqual([]);
    world.clock.advance(HOUR);
    await closeDays(world.service);
    expect(await clicksOf()).toBe(12);
  });

  it.each([
    ['of a day long past', { day: '0001-01-01' }],
    ['of no day at all', { day: '2026-13-45' }],
    ['of another day than its instant', { at: TEST_NOW - 3 * 24 * HOUR }],
    ['older than the queue keeps one', { day: '2026-10-01', at: Date.parse('2026-10-01T12:00:00Z') }],
    ['yet to come', { day: '2026-12-24', at: Date.parse('2026-12-24T12:00:00Z') }],
  ])('that says it is %s is left for the dead letters, and marks nothing', async (_what, place) => {
    away = true;
    await follow();
    away = false;
    const [sent] = queued.waiting;
    const click = JSON.parse(sent?.text ?? '');
    const text = JSON.stringify({ ...click, place: { ...click.place, ...place } });
    queued.waiting.splice(0, 1, { text, receipt: '1' });
    await sweep(service);
    expect(queued.waiting).toHaveLength(1);
    expect(await dirtyDaysOf(world.service.table, shop.merchant.id)).toEqual([]);
  });

  it('that is older than SQS would keep one is given up by a queue that keeps all for ever, once', async () => {
    away = true;
    await follow();
    const text = queued.waiting[0]?.text ?? '';
    away = false;
    const folder = aDataFolder();
    const errors: string[] = [];
    const log = { ...service.log, error: (message: string) => void errors.push(message) } as Service['log'];
    const local = { ...service, log, clickQueue: openClickFiles(folder) };
    await local.clickQueue.send(text);
    world.clock.advance(15 * 24 * HOUR);
    const marked = await dirtyDaysOf(world.service.table, shop.merchant.id);
    for (let round = 0; round < 3; round++) await storeLeftClicks(local, Number.POSITIVE_INFINITY);
    expect(errors).toEqual(['left click given up: it waited too long']);
    expect(world.counted.get('ClicksLost')).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
    expect(await dirtyDaysOf(world.service.table, shop.merchant.id)).toEqual(marked);
    expect((await itemsIn(world)).filter(({ pk }) => pk.startsWith('CLK#'))).toHaveLength(1);
  });

  it('is stored though another step of the sweep fails', async () => {
    away = true;
    await follow();
    away = false;
    const table = failingTable(world.service.table, (_count, { input }) => JSON.stringify(input).includes('DRT#'));
    await expect(sweep({ ...service, table })).rejects.toThrow();
    expect(queued.waiting).toEqual([]);
  });

  it('stays in the queue while the table is still away, and keeps the sweep from nothing else', async () => {
    away = true;
    await follow();
    await sweep(service).catch(() => undefined);
    expect(queued.waiting).toHaveLength(1);
    away = false;
    queued.waiting.push({ text: 'no click', receipt: 'x' });
    await sweep(service);
    expect(queued.waiting.map(({ text }) => text)).toEqual(['no click']);
  });
});
