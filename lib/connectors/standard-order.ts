// An order and a refund of the `standard` platform in the product's own vocabulary; amounts already are minor units.
import type { OrderKind, OrderLine, Refund } from '../domain/orders/events.ts';
import { clickIdIn, clickIdInUrl } from './click-id.ts';
import type { ConnectorSnapshot } from './connector.ts';
import { type StandardOrder, type StandardRefund, soldFor } from './standard-shapes.ts';

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

const linesOf = (order: StandardOrder): readonly OrderLine[] =>
  (order.lines ?? []).map((line, index) => ({
    id: line.id ?? String(index + 1),
    sku: line.sku ?? null,
    productId: line.productId ?? null,
    title: line.title ?? null,
    collections: line.collections ?? [],
    quantity: line.quantity,
    price: line.price,
    discount: line.discount ?? 0,
    tax: line.tax ?? 0,
    giftCard: line.giftCard ?? false,
    subscription: line.subscription ?? false,
  }));

/**
 * itemsTotal is the shop's word for gross, and what is absent beside it is 0. An order told by its lines alone is
 * their sum in every figure, gift cards left out.
 */
const figuresOf = (order: StandardOrder, lines: readonly OrderLine[]) => {
  const byLines = order.itemsTotal == null;
  const sold = lines.filter(({ giftCard }) => !giftCard);
  return {
    gross: order.itemsTotal ?? soldFor(lines),
    discounts: order.discounts ?? (byLines ? sum(sold.map(({ discount }) => discount)) : 0),
    shipping: order.shipping ?? 0,
    tax: order.tax ?? (byLines ? sum(sold.map(({ tax }) => tax)) : 0),
    units: order.units ?? sum(sold.map(({ quantity }) => quantity)),
  };
};

/** A second order of a subscription says itself that it is a renewal. */
const kindOf = ({ kind, subscriptionId, renewalNumber }: StandardOrder): OrderKind =>
  kind ?? (subscriptionId != null && (renewalNumber ?? 1) > 1 ? 'renewal' : 'sale');

/** What most orders have none of. */
const besides = (order: StandardOrder) => {
  const { country, subscriptionId, renewalNumber, parentExternalId, exchanges } = order;
  const tags = (order.tags ?? []).map((tag) => tag.trim()).filter((tag) => tag !== '');
  return {
    ...(country !== null && { country }),
    ...(tags.length > 0 && { tags }),
    ...(subscriptionId != null && { subscriptionId }),
    ...(renewalNumber != null && { renewalNumber }),
    ...(parentExternalId != null && { parentExternalId }),
    ...(exchanges != null && { exchanges }),
  };
};

/** The snapshot; `toldAt` (ms) is the event's own time, for an order without `updatedAt`. */
export const standardSnapshot = (order: StandardOrder, toldAt: number): ConnectorSnapshot => {
  const lines = linesOf(order);
  return {
    type: 'snapshot',
    updatedAt: order.updatedAt ?? toldAt,
    name: order.name ?? null,
    placedAt: order.placedAt,
    currency: order.currency,
    ...figuresOf(order, lines),
    lines,
    codes: (order.discountCodes ?? [])
      .map((used) =>
        typeof used === 'string' ? { code: used.trim(), amount: null } : { ...used, code: used.code.trim() },
      )
      .map(({ code, amount }) => ({ code, amount: amount ?? null }))
      .filter(({ code }) => code !== ''),
    clickId: clickIdIn(order.clickId) ?? clickIdInUrl(order.landingUrl),
    customer: { platformId: order.customer?.id ?? null, email: order.customer?.email || null },
    payment: order.payment ?? 'paid',
    test: order.test ?? false,
    draft: order.draft ?? false,
    kind: kindOf(order),
    channel: order.channel || 'web',
    cancelledAt: null,
    refunds: [],
    ...besides(order),
  };
};

/** The refund; `toldAt` (ms) is the event's own time, for one without `refundedAt`. */
export const standardRefund = (refund: StandardRefund, toldAt: number): Refund => {
  const about = { id: refund.externalId, refundedAt: refund.refundedAt ?? toldAt };
  if (refund.undivided) {
    return { ...about, items: refund.amount ?? 0, shipping: 0, tax: 0, lines: [], undivided: true };
  }
  const lines = (refund.lines ?? []).map(({ id, quantity, amount, tax }) => ({
    lineId: id,
    quantity: quantity ?? 0,
    amount,
    tax: tax ?? 0,
  }));
  return {
    ...about,
    items: refund.amount ?? sum(lines.map(({ amount }) => amount)),
    shipping: refund.shipping ?? 0,
    tax: refund.tax ?? 0,
    lines,
    ...(refund.amount != null && { itemsOnly: true }),
  };
};
