// The events of shops whose cost is measured, one of each kind, as large as shops send them.
import type { Delivery } from '../../../lib/connectors/connector.ts';
import { aShopifyDelivery, aShopifyLine, aShopifyOrder, aShopifyRefund } from '../payloads/shopify.ts';
import { aStandardDelivery, aStandardEvent, standardOrderData } from '../payloads/standard.ts';
import { STANDARD_STORE_ID, STORE_ID, USER_AGENT } from './world.ts';

/** An event of a shop, told some time after the one before it. */
export interface ToldEvent {
  readonly id: string;
  readonly title: string;
  readonly storeId: string;
  readonly after: number;
  readonly delivery: (now: number) => Delivery;
}

const MINUTE = 60_000;
const TWO_DAYS = 2 * 86_400_000;

const ORDER_ID = 6_001_002_003_004;

const iso = (instant: number) => new Date(instant).toISOString();

/** As Shopify sends one: every amount in two currencies, addresses and client details make up most of its bytes. */
const anOrdinaryOrder = (placedAt: number) =>
  aShopifyOrder({
    id: ORDER_ID,
    admin_graphql_api_id: 'gid://shopify/Order/6001002003004',
    created_at: iso(placedAt),
    processed_at: iso(placedAt),
    updated_at: iso(placedAt),
    line_items: [1, 2, 3].map(anOrdinaryLine),
    ...inTwoCurrencies(
      'current_subtotal_price',
      'current_total_price',
      'current_total_tax',
      'subtotal_price',
      'total_tax',
    ),
    note_attributes: [{ name: 'trb_click', value: `clk_${'0'.repeat(54)}` }],
    discount_codes: [{ code: 'SARAH15', amount: '20.00', type: 'percentage' }],
    landing_site: `/products/protein?utm_source=sarahlim&utm_medium=creator&trb_click=clk_${'0'.repeat(54)}`,
    ...Object.fromEntries(['billing_address', 'shipping_address'].map((name) => [name, anAddress])),
    client_details: { accept_language: 'en-US', browser_ip: '203.0.113.7', user_agent: USER_AGENT },
    order_status_url: `https://open-shop.myshopify.com/1/orders/${'0123456789abcdef'.repeat(4)}/authenticate`,
  });

const bothCurrencies = (amount: string) => ({
  shop_money: { amount, currency_code: 'USD' },
  presentment_money: { amount, currency_code: 'USD' },
});

const inTwoCurrencies = (...names: string[]) =>
  Object.fromEntries(names.map((name, i) => [`${name}_set`, bothCurrencies(`1${i}0.00`)]));

const anOrdinaryLine = (id: number) =>
  aShopifyLine({
    ...{
      id,
      sku: `PROTEIN-${id}`,
      title: `Protein, ${id} kg`,
      name: `Protein, ${id} kg - Vanilla`,
      variant_id: 808_950_810,
    },
    ...{
      vendor: 'Riverbank',
      variant_title: 'Vanilla',
      fulfillment_service: 'manual',
      grams: 1000 * id,
      properties: [],
    },
    ...{
      requires_shipping: true,
      taxable: true,
      product_exists: true,
      fulfillable_quantity: 2,
      fulfillment_status: null,
    },
    ...inTwoCurrencies('price', 'total_discount'),
  });

const anAddress = {
  ...{ first_name: 'Ada', last_name: 'Buyer', address1: '1 Riverbank', city: 'Portland', zip: '97201', phone: null },
  ...{ province: 'Oregon', country: 'United States', country_code: 'US', province_code: 'OR' },
};

const standardDelivery = (type: string, now: number, data: Record<string, unknown>) =>
  aStandardDelivery(aStandardEvent(type, data, { timestamp: iso(now) }), {
    id: `msg_2nYqv8TqxS3X4hGzkD7LmWcPa${now % 997}`,
    seconds: Math.floor(now / 1000),
  });

const CLICK_ID = `clk_${'0'.repeat(54)}`;
const placed = (now: number) => ({ placedAt: iso(now), updatedAt: iso(now), clickId: CLICK_ID });

const shopify = { storeId: STORE_ID, after: MINUTE };
const standard = { storeId: STANDARD_STORE_ID, after: MINUTE };

/** An order placed at an instant, told again, and refunded in part. */
const shopifyEvents = (placedAt: number): readonly ToldEvent[] => {
  const order = anOrdinaryOrder(placedAt);
  return [
    {
      ...{ ...shopify, id: 'first-order-shopify', title: "A Shopify order's first event (`orders/paid`)" },
      delivery: () => aShopifyDelivery('orders/paid', order),
    },
    {
      ...{ ...shopify, id: 'repeat', title: 'A second event that tells nothing new (`orders/create`)' },
      delivery: () => aShopifyDelivery('orders/create', order),
    },
    {
      ...{ ...shopify, id: 'refund', title: 'A refund of it two days later (`refunds/create`)', after: TWO_DAYS },
      delivery: (now) =>
        aShopifyDelivery(
          'refunds/create',
          aShopifyRefund({ order_id: ORDER_ID, created_at: iso(now), processed_at: iso(now) }),
        ),
    },
  ];
};

/** A small order, changed and cancelled, and one of a guest. */
const standardEvents: readonly ToldEvent[] = [
  {
    ...{
      ...standard,
      id: 'first-order-standard',
      title: 'A small order of a new customer with e-mail and id (`order.paid`)',
    },
    delivery: (now) => standardDelivery('order.paid', now, standardOrderData(placed(now))),
  },
  {
    ...{ ...standard, id: 'update', title: 'A change to what it sells (`order.updated`)' },
    delivery: (now) =>
      standardDelivery('order.updated', now, {
        ...standardOrderData({ ...placed(now - MINUTE), updatedAt: iso(now) }),
        ...{ itemsTotal: 18_000, units: 3, tax: 1_350 },
      }),
  },
  {
    ...{
      ...standard,
      id: 'cancellation',
      title: 'Its cancellation two days later (`order.cancelled`)',
      after: TWO_DAYS,
    },
    delivery: (now) => standardDelivery('order.cancelled', now, { externalId: '1001', cancelledAt: iso(now) }),
  },
  {
    ...{ ...standard, id: 'guest-order', title: 'A small order of a guest, known by e-mail alone (`order.paid`)' },
    delivery: (now) =>
      standardDelivery(
        'order.paid',
        now,
        standardOrderData({ ...placed(now), externalId: '1002', customer: { email: 'guest@example.com' } }),
      ),
  },
  {
    ...{ ...standard, id: 'chargeback', title: 'The bank takes its money back a month later (`dispute.opened`)' },
    delivery: (now) =>
      standardDelivery('dispute.opened', now, {
        ...{ externalId: 'd1', orderExternalId: '1002', amount: 11_600, openedAt: iso(now) },
      }),
  },
  {
    ...{ ...standard, id: 'renewal', title: 'A renewal that goes back to it (`order.paid`)' },
    delivery: (now) =>
      standardDelivery(
        'order.paid',
        now,
        standardOrderData({
          ...{ ...placed(now), externalId: '1004', customer: { email: 'guest@example.com' } },
          ...{ kind: 'renewal', subscriptionId: 'sub_1001', renewalNumber: 2, parentExternalId: '1002' },
        }),
      ),
  },
  {
    ...{ ...standard, id: 'subscription-order', title: 'The first order of a subscription (`order.paid`)' },
    delivery: (now) =>
      standardDelivery(
        'order.paid',
        now,
        standardOrderData({
          ...{ ...placed(now), externalId: '1005', customer: { email: 'subscriber@example.com' } },
          ...{ subscriptionId: 'sub_1005', renewalNumber: 1 },
        }),
      ),
  },
  {
    ...{ ...standard, id: 'subscription-renewal', title: 'A renewal that names its subscription alone (`order.paid`)' },
    delivery: (now) =>
      standardDelivery(
        'order.paid',
        now,
        standardOrderData({
          ...{ ...placed(now), externalId: '1006', customer: { email: 'subscriber@example.com' } },
          ...{ kind: 'renewal', subscriptionId: 'sub_1005', renewalNumber: 2 },
        }),
      ),
  },
  {
    ...{ ...standard, id: 'foreign-order', title: 'The same in another currency, its rate known (`order.paid`)' },
    delivery: (now) =>
      standardDelivery(
        'order.paid',
        now,
        standardOrderData({
          ...{ ...placed(now), externalId: '1003', currency: 'EUR' },
          customer: { email: 'visitor@example.com' },
        }),
      ),
  },
];

/** `start` is a minute before the first of them is told. */
export const toldEvents = (start: number): readonly ToldEvent[] => [
  ...shopifyEvents(start + MINUTE),
  ...standardEvents,
];
