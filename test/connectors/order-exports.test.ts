// The CSV of orders as Shopify and WooCommerce export it: which columns are read, and that they give a webhook's figures.
import { describe, expect, it } from 'vitest';
import { exportRows } from '../../lib/connectors/export-rows.ts';
import { readShopifyExport, shopifyOrders } from '../../lib/connectors/shopify-export.ts';
import { readWooCommerceExport } from '../../lib/connectors/woocommerce-export.ts';

type Cells = Readonly<Record<string, string>>;

const rowsOf = (...rows: readonly Cells[]) => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  return exportRows(cells.map((row, index) => ({ line: index + 1, cells: row })));
};

/** 60.00 twice, 20.00 off, 6.00 of shipping and 4.40 of tax on top. */
const SHOPIFY: Cells = {
  Name: '#1001',
  Email: 'jane@example.com',
  'Financial Status': 'paid',
  'Paid at': '2026-11-18 10:00:05 -0500',
  'Fulfilled at': '2026-11-19 09:00:00 -0500',
  Currency: 'USD',
  Subtotal: '100.00',
  Shipping: '6.00',
  Taxes: '4.40',
  Total: '110.40',
  'Discount Code': 'SARAH15',
  'Discount Amount': '20.00',
  'Created at': '2026-11-18 10:00:00 -0500',
  'Lineitem quantity': '2',
  'Lineitem name': 'Protein',
  'Lineitem price': '60.00',
  'Lineitem sku': 'P-1',
  'Shipping Country': 'US',
  'Note Attributes': 'gift: no\ntrb_click: ext_old-7',
  'Cancelled at': '',
  'Payment Method': 'Shopify Payments',
  'Refunded Amount': '0.00',
  Id: '5001',
  Source: 'web',
};

const shopify = (over: Cells = {}, ...more: readonly Cells[]) => {
  const [order = []] = shopifyOrders(rowsOf({ ...SHOPIFY, ...over }, ...more));
  return readShopifyExport(order, 'sto_1');
};
const snapshotIn = (reading: ReturnType<typeof shopify>) => {
  if (!('order' in reading)) throw new Error(reading.message);
  return reading.order.snapshot;
};
const faultIn = (reading: ReturnType<typeof shopify>) => ('fault' in reading ? reading.fault : null);

describe("Shopify's export", () => {
  it('gives the order that a webhook would have told', () => {
    const reading = shopify();
    expect('order' in reading && reading.order).toMatchObject({ externalId: '5001', store: 'sto_1', visitorId: null });
    expect(snapshotIn(reading)).toMatchObject({
      ...{ name: '#1001', placedAt: Date.parse('2026-11-18T15:00:00Z'), updatedAt: Date.parse('2026-11-19T14:00:00Z') },
      ...{ gross: 12_000, discounts: 2_000, shipping: 600, tax: 440, units: 2, payment: 'paid', channel: 'web' },
      ...{ codes: [{ code: 'SARAH15', amount: 2_000 }], clickId: 'ext_old-7', country: 'US', refunds: [] },
      customer: { platformId: null, email: 'jane@example.com' },
    });
  });

  it('has an order over several rows, of which only the first has totals', () => {
    const more = { Name: '#1001', 'Lineitem quantity': '3', 'Lineitem name': 'Bar', 'Lineitem price': '1.50' };
    const other = { ...SHOPIFY, Name: '#1002', Id: '5002' };
    const orders = shopifyOrders(rowsOf({ ...SHOPIFY, Subtotal: '104.50', Total: '114.90' }, more, other));
    expect(orders.map((rows) => rows.map(({ line }) => line))).toEqual([[2, 3], [4]]);
    const snapshot = snapshotIn(readShopifyExport(orders[0] ?? [], 'sto_1'));
    expect(snapshot).toMatchObject({ gross: 12_450, discounts: 2_000, units: 5 });
    expect(snapshot.lines.map(({ id, title }) => [id, title])).toEqual([
      ['1', 'Protein'],
      ['2', 'Bar'],
    ]);
  });

  it('takes tax out of prices that include it, as far as it is of the items', () => {
    // 106.00 with 16.92 of tax in it, of which 0.96 by the price is shipping's.
    const snapshot = snapshotIn(shopify({ Taxes: '16.92', Total: '106.00' }));
    expect(snapshot).toMatchObject({ pricesIncludeTax: true, tax: 1_692, shipping: 504 });
    expect(snapshot.gross - snapshot.discounts).toBe(10_000 - 1_596);
  });

  it('tells what was given back as one whole, which refunds told by themselves explain', () => {
    const { refunds } = snapshotIn(shopify({ 'Financial Status': 'partially_refunded', 'Refunded Amount': '30.00' }));
    expect(refunds).toMatchObject([{ id: 'export', items: 3_000, undivided: true, wholeSoFar: true }]);
  });

  it('tells cancelled, unpaid, voided and test orders apart, and those of a till', () => {
    expect(snapshotIn(shopify({ 'Cancelled at': '2026-11-20 10:00:00 +0000' })).cancelledAt).toBe(
      Date.parse('2026-11-20T10:00:00Z'),
    );
    const payment = (status: string) => snapshotIn(shopify({ 'Financial Status': status })).payment;
    expect(['pending', 'authorized', 'voided', 'refunded'].map(payment)).toEqual([
      'pending',
      'pending',
      'failed',
      'paid',
    ]);
    expect(snapshotIn(shopify({ 'Payment Method': '(for testing) Bogus Gateway' })).test).toBe(true);
    expect(snapshotIn(shopify({ Source: 'pos' })).channel).toBe('pos');
  });

  it('has amounts of the currency: yen have no decimals', () => {
    const yen = {
      Currency: 'JPY',
      Subtotal: '1000',
      Shipping: '60',
      Taxes: '44',
      Total: '1104',
      'Lineitem price': '600',
    };
    expect(snapshotIn(shopify(yen))).toMatchObject({ gross: 1_200, discounts: 200, shipping: 60, tax: 44 });
  });

  it('is refused order by order where it is not one', () => {
    expect(faultIn(shopify({ Id: '' }))).toBe('invalid_line');
    expect(faultIn(shopify({ Currency: 'XXX' }))).toBe('unknown_currency');
    expect(faultIn(shopify({ 'Created at': '18/11/2026' }))).toBe('invalid_line');
    expect(faultIn(shopify({ 'Lineitem price': '60,00' }))).toBe('invalid_line');
    expect(faultIn(shopify({ 'Lineitem quantity': 'two' }))).toBe('invalid_line');
    expect(faultIn(shopify({ Shipping: '-1.00' }))).toBe('invalid_line');
  });
});

const WOO: Cells = {
  Date: '2026-07-01 23:30:00',
  'Order #': '842',
  'N. Revenue (formatted)': '$84.50',
  'N. Revenue': '84.5',
  Status: 'completed',
  Customer: 'Jane Doe',
  'Customer type': 'new',
  'Product(s)': '2× Album, deluxe, 1× Hat',
  'Items sold': '3',
  'Coupon(s)': 'sarah15, free ship',
  Attribution: 'Source: instagram',
};
const SETTING = { store: 'sto_1', currency: 'USD', timeZone: 'America/New_York' };

const woo = (over: Cells = {}) => {
  const [row] = rowsOf({ ...WOO, ...over });
  if (!row) throw new Error('no row');
  return readWooCommerceExport(row, SETTING);
};

describe("WooCommerce's export", () => {
  it("gives net revenue, codes and items, by the merchant's clock and in its currency", () => {
    const reading = woo();
    expect('order' in reading && reading.order.externalId).toBe('842');
    expect(snapshotIn(reading)).toMatchObject({
      ...{ placedAt: Date.parse('2026-07-02T03:30:00Z'), currency: 'USD', gross: 8_450, discounts: 0, units: 3 },
      ...{ payment: 'paid', name: '#842', customer: { platformId: null, email: null } },
      codes: [
        { code: 'sarah15', amount: null },
        { code: 'free ship', amount: null },
      ],
    });
    expect(snapshotIn(reading).lines.map(({ quantity, title }) => [quantity, title])).toEqual([
      [2, 'Album, deluxe'],
      [1, 'Hat'],
    ]);
    expect(JSON.stringify(reading)).not.toContain('Jane');
  });

  it('has statuses: paid, waiting, failed, cancelled, given back whole, and drafts', () => {
    const told = (Status: string) => {
      const { payment, cancelledAt, refunds, draft } = snapshotIn(woo({ Status }));
      return [payment, cancelledAt !== null, refunds.length, draft];
    };
    expect(told('wc-processing')).toEqual(['paid', false, 0, false]);
    expect(told('On hold')).toEqual(['pending', false, 0, false]);
    expect(told('failed')).toEqual(['failed', false, 0, false]);
    expect(told('Cancelled')).toEqual(['pending', true, 0, false]);
    expect(told('refunded')).toEqual(['paid', false, 1, false]);
    expect(told('checkout-draft')).toEqual(['pending', false, 0, true]);
  });

  it('stays on its day where clocks are put forward or back', () => {
    const placed = (Date_: string) => snapshotIn(woo({ Date: Date_ })).placedAt;
    expect(placed('2026-03-08 23:59:59')).toBeLessThan(Date.parse('2026-03-09T04:00:00Z'));
    expect(placed('2026-11-01 23:59:59')).toBeLessThan(Date.parse('2026-11-02T05:00:00Z'));
    expect(placed('2026-07-01')).toBe(Date.parse('2026-07-01T16:00:00Z'));
  });

  it("is refused row by row: a refund's own row, and what is no order", () => {
    const wrong: Cells[] = [{ 'N. Revenue': '-5.00' }, { 'N. Revenue': '' }, { Date: '1 July' }, { 'Order #': '' }];
    for (const over of wrong) {
      expect(faultIn(woo(over))).toBe('invalid_line');
    }
  });
});
