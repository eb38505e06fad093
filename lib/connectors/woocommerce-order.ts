// A WooCommerce order body as a snapshot in the product's own vocabulary.
import type { OrderKind, PaymentState, UsedCode } from '../domain/orders/events.ts';
import type { AmountReader } from './amounts.ts';
import { clickIdIn, clickIdInUrl } from './click-id.ts';
import type { ConnectorSnapshot } from './connector.ts';
import { decodedSpecialCharacters } from './html-text.ts';
import { shopInstantInUtc } from './instants.ts';
import { cut, LONGEST } from './texts.ts';
import { itemsOf } from './woocommerce-lines.ts';
import { refundOf } from './woocommerce-refund.ts';
import { metaTexts, type WooOrder } from './woocommerce-shapes.ts';

/** An order that is paid for, whether or not the shop noted when. Bank transfers wait in `on-hold`. */
const PAID: ReadonlySet<string> = new Set(['processing', 'completed', 'refunded']);

/** Not paid, whatever else the order says. */
const UNPAID: ReadonlyMap<string, PaymentState> = new Map([
  ['pending', 'pending'],
  ['draft', 'pending'],
  ['failed', 'failed'],
]);

/** Orders that nobody has placed: the checkout makes them while a shopper is still typing. */
export const UNPLACED: ReadonlySet<string> = new Set(['checkout-draft', 'auto-draft', 'new']);

/** A status as the body tells it; some plugins write it as the database does. */
export const statusOf = ({ status }: WooOrder): string => status.replace(/^wc-/, '');

/** Other statuses are of the shop's own making: paid once a payment was noted. */
const paymentOf = (order: WooOrder): PaymentState => {
  const status = statusOf(order);
  const unpaid = UNPAID.get(status);
  if (unpaid !== undefined) return unpaid;
  return PAID.has(status) || order.date_paid_gmt || order.date_paid ? 'paid' : 'pending';
};

const CHANNELS: ReadonlyMap<string, string> = new Map([
  ['', 'web'],
  ['checkout', 'web'],
  ['store-api', 'web'],
  ['pos-rest-api', 'pos'],
  // Typed in by the shop's staff for somebody who called or wrote.
  ['admin', 'phone'],
  ['subscription', 'subscription'],
  ['rest-api', 'app'],
]);

/** Staff use the shop's own app as well; other sources are plugins' free text, which is not kept. */
const channelOf = (order: WooOrder): string => {
  const via = order.created_via ?? '';
  if (via === 'rest-api' && metaTexts(order.meta_data, /source_type$/).includes('mobile_app')) return 'phone';
  if (/amazon|ebay|etsy|walmart/i.test(via)) return 'marketplace';
  return CHANNELS.get(via) ?? 'other';
};

/** The subscription an order was made by; plugins also write `false` for none. */
const subscriptionOf = (order: WooOrder, key: RegExp): string | undefined =>
  metaTexts(order.meta_data, key).find((value) => /^[1-9]\d*$/.test(value));

/**
 * A subscription billed again is a renewal. One that its buyer changed or took up again went through the checkout like
 * any sale, and is one.
 */
const subscriptionFields = (order: WooOrder) => {
  const renews = subscriptionOf(order, /^_subscription_renewal$/);
  const kind: OrderKind = renews !== undefined || order.created_via === 'subscription' ? 'renewal' : 'sale';
  const subscriptionId = renews ?? subscriptionOf(order, /^_subscription_(switch|resubscribe)$/);
  const parent = order.parent_id && order.parent_id !== '0' ? order.parent_id : undefined;
  return {
    kind,
    ...(subscriptionId && { subscriptionId }),
    ...(parent && { parentExternalId: parent }),
  };
};

/** As the shop shows them; WordPress keeps them escaped, and some keyboards write letters in full width. */
const codesOf = (order: WooOrder, reader: AmountReader): readonly UsedCode[] =>
  (order.coupon_lines ?? [])
    .map(({ code, discount }) => ({
      code: cut(
        decodedSpecialCharacters(code ?? '')
          .normalize('NFKC')
          .trim(),
        LONGEST.code,
      ),
      amount: discount == null ? null : Math.max(0, reader.amount(discount, 'coupon_lines.discount')),
    }))
    .filter(({ code }) => code !== '');

/** Our own field first, then the landing page, which WooCommerce keeps under a prefix that a shop may change. */
const clickIdOf = (order: WooOrder): string | null => {
  const own = metaTexts(order.meta_data, /^_?trb_click$/).map(clickIdIn);
  const landed = metaTexts(order.meta_data, /session_entry$/).map((url) => clickIdInUrl(decodedSpecialCharacters(url)));
  return [...own, ...landed].find((clickId) => clickId !== null) ?? null;
};

const countryOf = (order: WooOrder): string | undefined =>
  [order.shipping?.country, order.billing?.country].find((country) => /^[a-z]{2}$/i.test(country ?? ''))?.toUpperCase();

/** `_gmt` times have no zone but are UTC; the others are the shop's own time, and better than nothing. */
const timesOf = (order: WooOrder, receivedAt: number) => {
  const first = (...texts: readonly (string | null | undefined)[]) =>
    texts.map(shopInstantInUtc).find((instant) => instant !== null);
  const updatedAt = first(order.date_modified_gmt, order.date_modified) ?? receivedAt;
  const { date_paid_gmt, date_created_gmt, date_paid, date_created } = order;
  return { updatedAt, placedAt: first(date_paid_gmt, date_created_gmt, date_paid, date_created) ?? updatedAt };
};

/**
 * The snapshot an order body is, reached us at `receivedAt` (ms). Problems with amounts go to `reader`; the snapshot is
 * only good when there are none. An order in the trash is cancelled, like one that its status calls so.
 */
export const snapshotOf = (order: WooOrder, receivedAt: number, reader: AmountReader): ConnectorSnapshot => {
  const status = statusOf(order);
  const { updatedAt, placedAt } = timesOf(order, receivedAt);
  const country = countryOf(order);
  const about = subscriptionFields(order);
  const subscribed = about.kind === 'renewal' || about.subscriptionId !== undefined;
  const tax = Math.max(0, reader.amount(order.total_tax, 'total_tax'));
  return {
    type: 'snapshot',
    updatedAt,
    name: order.number ?? null,
    placedAt,
    currency: order.currency,
    ...itemsOf(order, tax, subscribed, reader),
    tax,
    codes: codesOf(order, reader),
    clickId: clickIdOf(order),
    customer: {
      platformId: order.customer_id && order.customer_id !== '0' ? order.customer_id : null,
      email: order.billing?.email || null,
    },
    payment: paymentOf(order),
    test: false,
    draft: status === 'draft',
    ...about,
    channel: channelOf(order),
    cancelledAt: status === 'cancelled' || status === 'trash' ? updatedAt : null,
    refunds: (order.refunds ?? []).flatMap((refund) => refundOf(refund, updatedAt, reader) ?? []),
    ...(country && { country }),
  };
};
