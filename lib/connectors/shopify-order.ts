// A Shopify order body as a snapshot in the product's own vocabulary, money in the shop's currency.
import type { OrderKind, PaymentState, UsedCode } from '../domain/orders/events.ts';
import type { AmountReader } from './amounts.ts';
import { clickIdIn, clickIdInUrl } from './click-id.ts';
import type { ConnectorSnapshot } from './connector.ts';
import { instantOf } from './instants.ts';
import { itemsOf, type ShopifyItems } from './shopify-lines.ts';
import { refundOf } from './shopify-refund.ts';
import { type ShopifyOrder, shopifyId } from './shopify-shapes.ts';
import { MOST } from './texts.ts';

/** Authorised, pending, partly paid and unknown states are pending. */
const PAYMENTS: ReadonlyMap<string, PaymentState> = new Map([
  ['paid', 'paid'],
  ['partially_refunded', 'paid'],
  ['refunded', 'paid'],
  ['voided', 'failed'],
]);

const CHANNELS: ReadonlyMap<string, string> = new Map([
  ['web', 'web'],
  ['pos', 'pos'],
  ['shopify_draft_order', 'draft'],
  ['iphone', 'app'],
  ['android', 'app'],
]);

/** Other sources are apps' numbers or their free text, which is not kept. */
const channelOf = (source: string | null | undefined): string => {
  if (!source) return 'other';
  if (source.startsWith('subscription_contract')) return 'subscription';
  return CHANNELS.get(source) ?? (/^\d+$/.test(source) ? 'app' : 'other');
};

/**
 * Orders a subscription contract bills are renewals, `subscription_contract_checkout_one` included; an app that opens
 * a contract this way tags its first order. A one-time upsell billed so can't be told apart and stays a renewal.
 */
const kindOf = ({ source_name, tags }: ShopifyOrder): OrderKind => {
  const firstOrder = (tags ?? '').split(',').some((tag) => /^subscription first order$/i.test(tag.trim()));
  return source_name?.startsWith('subscription_contract') && !firstOrder ? 'renewal' : 'sale';
};

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
  const told = order.total_shipping_price_set?.shop_money?.amount;
  const byLine = (order.shipping_lines ?? [])
    .filter(({ is_removed }) => is_removed !== true)
    .reduce((total, { price }) => total + positive(price, 'shipping_lines.price'), 0);
  const full = told == null ? byLine : positive(told, 'total_shipping_price_set');
  return Math.max(0, full - items.shippingDiscounts - (order.taxes_included === true ? items.shippingTax : 0));
};

const taxOf = (order: ShopifyOrder, items: ShopifyItems, { positive }: AmountReader): number =>
  order.total_tax == null
    ? items.lines.reduce((total, { tax }) => total + tax, items.shippingTax)
    : positive(order.total_tax, 'total_tax');

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
    channel: channelOf(order.source_name),
    cancelledAt: instantOf(order.cancelled_at),
    pricesIncludeTax: order.taxes_included === true,
    refunds: (order.refunds ?? []).flatMap((refund) => refundOf(refund, currency, updatedAt, reader) ?? []),
  };
};
