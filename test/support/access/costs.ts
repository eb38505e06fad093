// What one event of a shop and one click cost, measured on the real flows.
import { createRedirect } from '../../../functions/redirect.ts';
import type { GatewayHandler } from '../../../infra/local/gateway.ts';
import { receiveWebhook } from '../../../lib/flows/receive-webhook.ts';
import { aGatewayEvent } from '../http.ts';
import { aShopifyDelivery, aShopifyLine, aShopifyOrder, aShopifyRefund } from '../payloads/shopify.ts';
import { TEST_NOW } from '../service.ts';
import { type RecordedRequest, recordedTable } from './recorder.ts';
import { STORE_ID, USER_AGENT, type World } from './world.ts';

export interface MeasuredCost {
  readonly title: string;
  /** Of the body as the shop sent it; 0 for a click. */
  readonly bodyBytes: number;
  readonly requests: readonly RecordedRequest[];
}

const iso = (instant: number) => new Date(instant).toISOString();

/** As Shopify sends one: every amount in two currencies, addresses and client details make up most of its bytes. */
const anOrdinaryOrder = () =>
  aShopifyOrder({
    id: 6_001_002_003_004,
    admin_graphql_api_id: 'gid://shopify/Order/6001002003004',
    created_at: iso(TEST_NOW),
    processed_at: iso(TEST_NOW),
    updated_at: iso(TEST_NOW),
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

/** The order paid, told again by another topic, and refunded in part; then a click on a cold and on a warm link. */
export const measuredCosts = async (world: World): Promise<MeasuredCost[]> => {
  const measured: MeasuredCost[] = [];
  const { table, requests } = recordedTable(world.service.table);
  const service = { ...world.service, table };
  const note = (title: string, bodyBytes = 0) => measured.push({ title, bodyBytes, requests: requests.splice(0) });
  const tell = async (topic: string, body: Record<string, unknown>) => {
    const delivery = aShopifyDelivery(topic, body);
    const received = await receiveWebhook(service, STORE_ID, delivery);
    if (received.outcome !== 'kept' || received.state !== 'applied') throw new Error(`not applied: ${topic}`);
    return delivery.raw.length;
  };
  const order = anOrdinaryOrder();
  note('The first event of an order (`orders/paid`)', await tell('orders/paid', order));
  note('A second event that tells nothing new (`orders/create`)', await tell('orders/create', order));
  const at = iso(TEST_NOW);
  const refund = aShopifyRefund({ order_id: order.id, created_at: at, processed_at: at });
  note('A refund of it on the same day (`refunds/create`)', await tell('refunds/create', refund));

  const redirect = createRedirect(service) as GatewayHandler;
  const headers = { 'user-agent': USER_AGENT, referer: 'https://l.instagram.com/', 'cloudfront-viewer-country': 'US' };
  const event = () => aGatewayEvent('GET', `/${world.link.data.slug}`, { headers });
  await redirect(event(), undefined as never);
  note('A click, its link not read for a minute');
  await redirect(event(), undefined as never);
  note('A click, its link kept in the warm function');
  return measured;
};

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

/** Units of several requests together. */
export const unitsOf = (requests: readonly RecordedRequest[]) => ({
  readUnits: sum(requests.map((request) => request.readUnits)),
  writeUnits: sum(requests.map((request) => request.writeUnits)),
});
