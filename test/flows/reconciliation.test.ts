// Whatever was sold, changed, refunded or cancelled: what the night credits and what it does not add up to it exactly.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, dayOf, daysFrom } from '../../lib/domain/days.ts';
import type { OrderKind, PaymentState } from '../../lib/domain/orders/events.ts';
import { reconcile } from '../../lib/domain/performance.ts';
import type { SalesFigures } from '../../lib/domain/report-rows.ts';
import { FAMILIES } from '../../lib/domain/rollup.ts';
import { runNight } from '../../lib/flows/night.ts';
import type { Service } from '../../lib/flows/service.ts';
import { readRollups } from '../../lib/table/rollups.ts';
import { aLine, aRefund, aSnapshot } from '../support/payloads/order-events.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';
import { aShop, clicked, delivered } from '../support/shop.ts';

const HOUR = 3_600_000;
const DAY_MS = 24 * HOUR;
const DAY = dayOf(TEST_NOW, 'UTC');

let world: TestService;
let service: Service;
beforeAll(async () => {
  world = await testService();
  service = world.service;
});
afterAll(() => world.close());

describe('what a night books', () => {
  const money = fc.integer({ min: 1, max: 20_000 });
  const rarely = <T>(usual: T, rare: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rare });
  const orders = fc.array(
    fc.record({
      day: fc.integer({ min: 0, max: 3 }),
      gross: money,
      discountShare: fc.integer({ min: 0, max: 100 }),
      source: fc.constantFrom<Source>('link', 'code', 'both', 'none', 'unknown code'),
      payment: rarely<PaymentState>('paid', fc.constant('pending')),
      kind: rarely<OrderKind>('sale', fc.constantFrom('renewal', 'exchange', 'gift')),
      skus: fc.array(fc.constantFrom('A', 'B', null), { maxLength: 3 }),
      edit: fc.option(money),
      refunds: fc.array(fc.record({ items: money, day: fc.integer({ min: 0, max: 5 }) }), { maxLength: 2 }),
      cancelledOn: rarely<number | null>(null, fc.integer({ min: 0, max: 5 })),
      test: rarely(false, fc.constant(true)),
    }),
    { minLength: 3, maxLength: 7 },
  );

  it('is credited or unattributed, to the minor unit, and is what the orders came to', async () => {
    await fc.assert(
      fc.asyncProperty(orders, async (generated) => {
        world.clock.now = TEST_NOW;
        const shop = await aShop(service);
        for (const [i, order] of generated.entries()) {
          const placedAt = TEST_NOW + order.day * DAY_MS;
          const at = (day: number) => placedAt + day * DAY_MS + HOUR;
          const linked = order.source === 'link' || order.source === 'both';
          const clickId = linked ? await clicked(service, shop, shop.links[0], placedAt - HOUR) : null;
          const code = CODE_OF[order.source];
          const snapshot = aSnapshot({
            ...{ placedAt, updatedAt: placedAt, gross: order.gross, clickId, test: order.test },
            lines: order.skus.map((sku, n) => aLine({ id: `${n}`, sku, price: 100, quantity: 1, discount: 0 })),
            discounts: Math.floor((order.gross * order.discountShare) / 100),
            codes: code === undefined ? [] : [{ code, amount: 1 }],
            payment: order.payment,
            kind: order.kind,
          });
          const tell = (event: Parameters<typeof delivered>[3]) => delivered(service, shop, String(i), event);
          await tell(snapshot);
          const edited = { gross: order.edit ?? 0, discounts: 0, updatedAt: at(0), lines: snapshot.lines.slice(1) };
          if (order.edit !== null) await tell({ ...snapshot, ...edited });
          for (const [r, { items, day }] of order.refunds.entries()) {
            await tell({
              type: 'refund',
              refund: aRefund({
                ...{ id: `r${r}`, items, tax: 0, refundedAt: at(day) },
                lines: r === 0 ? [] : [{ lineId: '1', quantity: 1, amount: items, tax: 0 }],
              }),
            });
          }
          if (order.cancelledOn !== null) await tell({ type: 'cancellation', cancelledAt: at(order.cancelledOn) });
        }
        world.clock.advance(12 * DAY_MS);
        await runNight(service);
        const days = daysFrom(DAY, addDays(DAY, 11));
        const read = await readRollups(service.table, shop.merchant.id, days, FAMILIES);
        for (const { day, narrow } of read) {
          for (const basis of ['booked', 'settled'] as const) {
            for (const family of ['order', 'sku', 'product'] as const) {
              expect(moneyOf(narrow?.[family] ?? [], basis)).toEqual(moneyOf(day.rows, basis));
            }
          }
        }
        const rolled = read.map(({ header, day }) => ({ day: header.day, rollup: day }));
        const [booked, settled] = (['booked', 'settled'] as const).map((basis) => reconcile(rolled, basis, undefined));
        for (const sums of [booked, settled]) {
          expect((sums?.credited ?? 0) + (sums?.unattributed ?? 0)).toBe(sums?.storeNetRevenue);
        }
        const wanted = sum(generated.map(netOf));
        expect([booked?.storeNetRevenue, settled?.storeNetRevenue]).toEqual([wanted, wanted]);
        const creditedTo = sum(generated.filter(({ source }) => !['none', 'unknown code'].includes(source)).map(netOf));
        expect([booked?.credited, settled?.credited]).toEqual([creditedTo, creditedTo]);
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});

type Source = 'link' | 'code' | 'both' | 'none' | 'unknown code';

const CODE_OF: Readonly<Partial<Record<Source, string>>> = {
  code: 'MIKE20',
  both: 'mike20 ',
  'unknown code': 'NOBODY',
};

type Rows = readonly { readonly booked: SalesFigures | null; readonly settled: SalesFigures | null }[];

const moneyOf = (rows: Rows, basis: 'booked' | 'settled') =>
  (['units', 'grossRevenue', 'discounts', 'refunds', 'netRevenue', 'renewalNetRevenue'] as const).map((figure) =>
    sum(rows.map((row) => row[basis]?.[figure] ?? 0)),
  );

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

/** Net revenue of a generated order, reckoned by hand. */
function netOf(order: {
  readonly gross: number;
  readonly discountShare: number;
  readonly edit: number | null;
  readonly refunds: readonly { readonly items: number }[];
  readonly kind: string;
  readonly payment: string;
  readonly cancelledOn: number | null;
  readonly test: boolean;
}): number {
  const isSale = order.kind === 'sale' || order.kind === 'exchange';
  if (!isSale || order.payment !== 'paid' || order.test || order.cancelledOn !== null) return 0;
  const sold = order.edit ?? order.gross - Math.floor((order.gross * order.discountShare) / 100);
  return sold - Math.min(sold, sum(order.refunds.map(({ items }) => items)));
}
