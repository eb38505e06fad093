// A history of 5,000 lines of each kind into the running server: counted, added up to the cent, and sent again.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../support/server.ts';
import { aCampaign, type Campaign, daysAgo } from './campaign.ts';
import { performanceOf, rollUp } from './client.ts';
import { clickLine, customerLine, netOf, orderLine, sendLines } from './history.ts';

const LINES = 5_000;

let server: RunningServer;
let campaign: Campaign;
beforeAll(async () => {
  server = await startServer();
  campaign = await aCampaign(server, { merchant: { customerHistoryFrom: '2020-01-01' } });
});
afterAll(() => server.stop());

const now = Date.now();
const numbers = Array.from({ length: LINES }, (_, i) => i + 1);

/** Sends lines and says how long that took. */
const timed = async (kind: string, lines: readonly unknown[]) => {
  const began = performance.now();
  const answer = await sendLines(campaign.api, kind, lines);
  console.log(`${lines.length} ${kind}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return answer;
};

const ALL_NEW = { accepted: LINES, duplicates: 0, rejected: [] };
const ALL_KNOWN = { accepted: 0, duplicates: LINES, rejected: [] };
const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

describe('a history of 5,000 lines', () => {
  it('of clicks is taken once', async () => {
    const lines = numbers.map((number) => clickLine(number, LINES, now, campaign.sarah.link.slug));
    expect(await timed('clicks', lines)).toEqual(ALL_NEW);
    expect(await timed('clicks', lines)).toEqual(ALL_KNOWN);
  }, 120_000);

  it('of orders is taken once, and a bad line among them stops no other', async () => {
    const lines = numbers.map((number) => orderLine(number, LINES, now, campaign.storeId));
    const bad = { ...lines[0], storeId: 'ext_nowhere' };
    const { rejected, ...counts } = await timed('orders', [...lines, bad]);
    expect([counts, rejected.map(({ line, code }) => [line, code])]).toEqual([
      { accepted: LINES, duplicates: 0 },
      [[LINES + 1, 'unknown_store']],
    ]);
    expect(await timed('orders', lines)).toEqual(ALL_KNOWN);
  }, 240_000);

  it('of customers is taken once', async () => {
    const lines = numbers.map((number) => customerLine(number, now));
    expect(await timed('customers', lines)).toEqual(ALL_NEW);
    expect(await timed('customers', lines)).toEqual(ALL_KNOWN);
  }, 120_000);

  it('adds up to the cent over the days it spans, credited through the visitors it names, to nobody new', async () => {
    // A few days of it: the night computes them all.
    const [from, to] = [daysAgo(5), daysAgo(3)];
    await rollUp(campaign.api, from, to);
    const { totals, reconciliation } = await performanceOf(campaign.api, from, to, 'day');
    const dayOf = (line: { placedAt: string }) => line.placedAt.slice(0, 10);
    const placed = numbers.filter((number) => {
      const day = dayOf(orderLine(number, LINES, now, campaign.storeId));
      return day >= from && day <= to;
    });
    const refunds = 1_000 * placed.filter((number) => number % 10 === 0).length;
    expect(placed.length).toBeGreaterThan(100);
    expect(totals).toMatchObject({ orders: placed.length, refunds, newCustomers: 0 });
    expect(totals.netRevenue).toBe(sum(placed.map(netOf)) - refunds);
    expect(reconciliation).toMatchObject({
      storeNetRevenue: totals.netRevenue,
      credited: totals.netRevenue,
      unattributed: 0,
      storeOrders: placed.length,
    });
  }, 120_000);
});
