// A Shopify order body as a snapshot in the product's own vocabulary, money in the shop's currency.
import type { PaymentState, UsedCode } from '../domain/orders/events.ts';
import type { AmountReader } from './amounts.ts';
import { clickIdIn, clickIdInUrl } from './click-id.ts';
import type { ConnectorSnapshot } from './connector.ts';
import { instantOf } from './instants.ts';
import { channelOf, exchangesOf, kindOf, originOf, tagsOf } from './shopify-kind.ts';
import { itemsOf, type ShopifyItems, shippingLinesOf } from './shopify-lines.ts';
import { refundOf } from './shopify-refund.ts';
import { type ShopifyOrder, shopifyId, shopMoney } from './shopify-shapes.ts';
import { cut, LONGEST, MOST } from './texts.ts';

/** Authorised, pending, partly paid and unknown states are pending. */
const PAYMENTS: ReadonlyMap<string, PaymentState> = new Map([
  ['paid', 'paid'],
  ['partially_refunded', 'paid'],
  ['refunded', 'paid'],
  ['voided', 'failed'],
]);

/** A code's `amount` is the money it took off, whatever its type; older bodies name codes only as applications. */
const codesOf = (order: ShopifyOrder, { positive }: AmountReader): readonly UsedCode[] => {
  const used = (order.discount_codes ?? []).map(({ code, amount }) => ({
    code: code?.trim() ?? '',
    amount: amount == null ? null : positive(amount, 'discount_codes.amount'),
  }));
  const applied = (order.discount_applications ?? [])
    .filter(({ type }) => type === 'discount_code')
    .map(({ code }) => ({ code: code?.trim() ?? '', amount: null }))
    .slice(0, MOST.codes);
  return (used.length > 0 ? used : applied).filter(({ code }) => code !== '');
};

/** Wallet buttons skip the cart and its attributes, so the landing page and the referrer are asked too. */
const clickIdOf = (order: ShopifyOrder): string | null => {
  const attributes = order.note_attributes ?? [];
  const named = (wanted: string) =>
    attributes.filter(({ name }) => name === wanted).map(({ value }) => clickIdIn(value));
  const candidates = [
    ...named('trb_click'),
    ...named('click_id'),
    clickIdInUrl(order.landing_site),
    clickIdInUrl(order.referring_site),
  ];
  return candidates.find((clickId) => clickId !== null) ?? null;
};

/** What was paid for shipping, without its tax. The told total is before discounts on shipping. */
const shippingOf = (order: ShopifyOrder, items: ShopifyItems, { positive }: AmountReader): number => {
  const told = shopMoney(order.total_shipping_price_set);
  const byLine = shippingLinesOf(order).reduce(
    (total, line) => total + positive(shopMoney(line.price_set, line.price), 'shipping_lines.price'),
    0,
  );
  const full = told == null ? byLine : positive(told, 'total_shipping_price_set');
  return Math.max(0, full - items.shippingDiscounts - (order.taxes_included === true ? items.shippingTax : 0));
};

const taxOf = (order: ShopifyOrder, items: ShopifyItems, { positive }: AmountReader): number => {
  const told = shopMoney(order.total_tax_set, order.total_tax);
  return told == null
    ? items.lines.reduce((total, { tax }) => total + tax, items.shippingTax)
    : positive(told, 'total_tax');
};

/** Where it is sent, else billed: the country and nothing more of an address. */
const countryOf = ({ shipping_address, billing_address }: ShopifyOrder): string | undefined =>
  [shipping_address, billing_address]
    .map((address) => address?.country_code?.toUpperCase() ?? '')
    .find((country) => /^[A-Z]{2}$/.test(country));

/** What few orders have, absent where this one has not. */
const besides = (order: ShopifyOrder) => {
  const country = countryOf(order);
  const tags = tagsOf(order)
    .slice(0, MOST.tags)
    .map((tag) => cut(tag, LONGEST.tag));
  const exchanges = exchangesOf(order);
  return {
    ...(country && { country }),
    ...(tags.length > 0 && { tags }),
    ...(exchanges > 0 && { exchanges }),
    ...originOf(order),
  };
};

/**
 * The snapshot an order body is. `toldAt` (ms) stands in for a body without `updated_at`. Problems with amounts go to
 * `reader`; the snapshot is only good when there are none.
 */
export const snapshotOf = (
  order: ShopifyOrder,
  currency: string,
  toldAt: number,
  reader: AmountReader,
): ConnectorSnapshot => {
  const updatedAt = instantOf(order.updated_at) ?? toldAt;
  const items = itemsOf(order, reader);
  const { gross, discounts, units, lines } = items;
  const payment = PAYMENTS.get(order.financial_status ?? '') ?? 'pending';
  return {
    type: 'snapshot',
    updatedAt,
    name: order.name ?? null,
    placedAt: instantOf(order.created_at) ?? instantOf(order.processed_at) ?? updatedAt,
    currency,
    gross,
    discounts,
    shipping: shippingOf(order, items, reader),
    tax: taxOf(order, items, reader),
    units,
    lines,
    codes: codesOf(order, reader),
    clickId: clickIdOf(order),
    customer: {
      platformId: shopifyId('Customer', order.customer?.admin_graphql_api_id, order.customer?.id),
      email: order.customer?.email || order.email || null,
    },
    payment,
    test: order.test === true,
    draft: order.source_name === 'shopify_draft_order' && payment !== 'paid',
    kind: kindOf(order),
    channel: channelOf(order),
    cancelledAt: instantOf(order.cancelled_at),
    pricesIncludeTax: order.taxes_included === true,
    ...besides(order),
    refunds: (order.refunds ?? []).flatMap((refund) => refundOf(refund, currency, updatedAt, reader) ?? []),
  };
};
