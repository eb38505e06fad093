// A Shopify order and refund as its webhooks carry them, API version 2026-01.
// https://shopify.dev/docs/api/webhooks and https://shopify.dev/docs/api/admin-rest/2026-01/resources/order
import { type BasketLine, TAX_RATE } from './baskets.ts';
import { clickIdOf, type PlacedOrder, totalOf } from './placed-order.ts';
import type { PlannedOrder } from './plan.ts';
import { decimal, gid, moneySet, SHOPIFY_IDS, shopifyCustomer, shopTime, uuidOf } from './shopify-parts.ts';

/** The order as it stands at `updatedAt` (ms). */
interface OrderStanding {
  readonly updatedAt: number;
  readonly financialStatus: string;
  readonly cancelledAt?: number;
  readonly refunds?: readonly unknown[];
}

const SOURCES: Readonly<Record<PlannedOrder['kind'], string>> = {
  sale: 'web',
  test: 'web',
  unpaid: 'web',
  till: 'pos',
  renewal: 'subscription_contract_checkout_one',
};

const taxLines = (cents: number) =>
  cents === 0
    ? []
    : [
        {
          channel_liable: false,
          price: decimal(cents),
          price_set: moneySet(cents),
          rate: TAX_RATE,
          title: 'State Tax',
        },
      ];

const allocations = (cents: number) =>
  cents === 0 ? [] : [{ amount: decimal(cents), amount_set: moneySet(cents), discount_application_index: 0 }];

/** One line of an order, as it also stands in a refund of it. */
export const shopifyLine = (
  { number }: PlacedOrder,
  { product, quantity, discount, tax }: BasketLine,
  index: number,
) => ({
  id: SHOPIFY_IDS.line(number, index),
  admin_graphql_api_id: gid('LineItem', SHOPIFY_IDS.line(number, index)),
  attributed_staffs: [],
  current_quantity: quantity,
  fulfillable_quantity: quantity,
  fulfillment_service: product.giftCard ? 'gift_card' : 'manual',
  fulfillment_status: null,
  gift_card: product.giftCard,
  grams: product.giftCard ? 0 : 900,
  name: product.title,
  price: decimal(product.price),
  price_set: moneySet(product.price),
  product_exists: true,
  product_id: product.id,
  properties: [],
  quantity,
  requires_shipping: !product.giftCard,
  sales_line_item_group_id: null,
  sku: product.sku,
  taxable: !product.giftCard,
  title: product.title,
  total_discount: '0.00',
  total_discount_set: moneySet(0),
  variant_id: product.id + 40_000,
  variant_inventory_management: 'shopify',
  variant_title: null,
  vendor: 'Alder & Oak',
  tax_lines: taxLines(tax),
  duties: [],
  discount_allocations: allocations(discount),
});

/** `amount` is the money taken off, not the percentage. */
const discountsOf = ({ code, plan: { basket } }: PlacedOrder) => ({
  discount_codes: code === null ? [] : [{ code, amount: decimal(basket.discounts), type: 'percentage' }],
  discount_applications:
    code === null
      ? []
      : [
          {
            target_type: 'line_item',
            type: 'discount_code',
            value: `${basket.percentOff}.0`,
            value_type: 'percentage',
            allocation_method: 'across',
            target_selection: 'all',
            code,
          },
        ],
});

/** Cart attributes arrive as note_attributes; the landing page is the first one the shop saw of the buyer. */
const originOf = (order: PlacedOrder) => {
  const { carries, kind } = order.plan;
  const clickId = clickIdOf(order);
  return {
    landing_site: kind !== 'sale' ? null : carries === 'landing' ? order.landing : '/',
    landing_site_ref: null,
    note_attributes: carries === 'attribute' && clickId ? [{ name: 'trb_click', value: clickId }] : [],
    referring_site: null,
    source_name: SOURCES[kind],
  };
};

const totalsOf = (order: PlacedOrder) => {
  const { basket } = order.plan;
  const items = totalOf(order) - basket.shipping - basket.tax;
  const total = totalOf(order);
  const amounts: Readonly<Record<string, number>> = {
    current_subtotal_price: items,
    current_total_discounts: basket.discounts,
    current_total_price: total,
    current_total_tax: basket.tax,
    subtotal_price: items,
    total_discounts: basket.discounts,
    total_line_items_price: items + basket.discounts,
    total_price: total,
    total_tax: basket.tax,
  };
  return {
    ...Object.fromEntries(Object.entries(amounts).map(([name, cents]) => [name, decimal(cents)])),
    ...Object.fromEntries(Object.entries(amounts).map(([name, cents]) => [`${name}_set`, moneySet(cents)])),
    current_shipping_price_set: moneySet(basket.shipping),
    total_shipping_price_set: moneySet(basket.shipping),
    total_cash_rounding_payment_adjustment_set: moneySet(0),
    total_cash_rounding_refund_adjustment_set: moneySet(0),
    total_outstanding: '0.00',
    total_tip_received: '0.00',
  };
};

const shippingLines = ({ number, plan: { basket } }: PlacedOrder) =>
  basket.shipping === 0
    ? []
    : [
        {
          id: SHOPIFY_IDS.line(number, 3),
          code: 'Standard',
          discounted_price: decimal(basket.shipping),
          discounted_price_set: moneySet(basket.shipping),
          is_removed: false,
          price: decimal(basket.shipping),
          price_set: moneySet(basket.shipping),
          source: 'shopify',
          title: 'Standard',
          tax_lines: [],
          discount_allocations: [],
        },
      ];

const GATEWAYS: Readonly<Record<PlannedOrder['kind'], string>> = {
  sale: 'shopify_payments',
  test: 'bogus',
  unpaid: 'bank_deposit',
  till: 'cash',
  renewal: 'shopify_payments',
};

/** At a till nobody is asked who they are. */
const buyerOf = ({ placedAt, plan }: PlacedOrder, zone: string) =>
  plan.kind === 'till'
    ? { contact_email: null, email: '' }
    : {
        contact_email: plan.shopper.email,
        email: plan.shopper.email,
        customer: shopifyCustomer(plan.shopper, shopTime(placedAt, zone)),
      };

const standingOf = ({ placedAt }: PlacedOrder, standing: OrderStanding, zone: string) => {
  const cancelled = standing.cancelledAt === undefined ? null : shopTime(standing.cancelledAt, zone);
  return {
    cancel_reason: cancelled && 'customer',
    cancelled_at: cancelled,
    closed_at: null,
    confirmed: true,
    created_at: shopTime(placedAt, zone),
    financial_status: standing.financialStatus,
    fulfillment_status: null,
    processed_at: shopTime(placedAt, zone),
    updated_at: shopTime(standing.updatedAt, zone),
    refunds: standing.refunds ?? [],
  };
};

/** Fields that are the same for every order of this shop, or empty. */
const CONSTANT = {
  app_id: 580_111,
  browser_ip: null,
  buyer_accepts_marketing: false,
  client_details: null,
  currency: 'USD',
  customer_locale: 'en-US',
  duties_included: false,
  estimated_taxes: false,
  merchant_business_entity_id: 'MTY0OTk3MTIwMQ',
  note: null,
  phone: null,
  po_number: null,
  presentment_currency: 'USD',
  tags: '',
  tax_exempt: false,
  taxes_included: false,
  user_id: null,
  fulfillments: [],
  payment_terms: null,
  returns: [],
  line_item_groups: [],
};

/** The body of orders/create, orders/paid and orders/cancelled. */
export const shopifyOrder = (order: PlacedOrder, standing: OrderStanding, zone: string) => {
  const { number, plan } = order;
  return {
    id: SHOPIFY_IDS.order(number),
    admin_graphql_api_id: gid('Order', SHOPIFY_IDS.order(number)),
    ...CONSTANT,
    confirmation_number: uuidOf(`confirmation ${number}`).slice(0, 8).toUpperCase(),
    name: `#${number}`,
    number: number - 1000,
    order_number: number,
    payment_gateway_names: [GATEWAYS[plan.kind]],
    test: plan.kind === 'test',
    token: uuidOf(`order ${number}`).replaceAll('-', ''),
    ...standingOf(order, standing, zone),
    ...originOf(order),
    ...buyerOf(order, zone),
    ...totalsOf(order),
    ...discountsOf(order),
    tax_lines: taxLines(plan.basket.tax),
    line_items: plan.basket.lines.map((line, index) => shopifyLine(order, line, index)),
    shipping_lines: shippingLines(order),
  };
};
