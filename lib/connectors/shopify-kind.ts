// What kind of order a Shopify order is and which channel it came by, from its source and the labels apps put on it.
import type { OrderKind } from '../domain/orders/events.ts';
import type { ShopifyOrder } from './shopify-shapes.ts';

const CHANNELS: ReadonlyMap<string, string> = new Map([
  ['web', 'web'],
  ['pos', 'pos'],
  ['phone', 'phone'],
  ['shopify_draft_order', 'draft'],
  ['iphone', 'app'],
  ['android', 'app'],
]);

/** Places that sell for the shop under their own name, as their connections to Shopify call themselves. */
const MARKETPLACES =
  /^(amazon|ebay|etsy|facebook|google|instagram|shein|target[ _-]?plus|temu|tiktok([ _-]?shop)?|walmart|zalando)(?![a-z])/;

const APP = /^\d+$/;

const sourceOf = ({ source_name }: ShopifyOrder): string => (source_name ?? '').trim().toLowerCase();

/** Other sources are apps' numbers or their free text, which is not kept. */
export const channelOf = (order: ShopifyOrder): string => {
  const source = sourceOf(order);
  if (source.startsWith('subscription_contract')) return 'subscription';
  if (MARKETPLACES.test(source)) return 'marketplace';
  return CHANNELS.get(source) ?? (APP.test(source) ? 'app' : 'other');
};

/** The order's labels, as Shopify writes them (one text with commas) or as a list. */
export const tagsOf = ({ tags }: ShopifyOrder): readonly string[] =>
  (typeof tags === 'string' ? tags.split(',') : (tags ?? [])).map((tag) => tag.trim()).filter((tag) => tag !== '');

/** How many of the order's returns, as they stand, brought other items in exchange. */
export const exchangesOf = ({ returns }: ShopifyOrder): number =>
  (returns ?? []).filter(
    ({ status, exchange_line_items: items }) => (items ?? []).length > 0 && !/cancel|declin/i.test(status ?? ''),
  ).length;

const isTagged = (order: ShopifyOrder, tag: RegExp): boolean => tagsOf(order).some((one) => tag.test(one));

/**
 * A contract's own orders are renewals. One billed through checkout is only where it has a line on a selling plan (an
 * upsell has none); the plain source comes from bills alone, whose lines may have lost their plan in a move between apps.
 * Apps label first and recurring orders. https://support.getrecharge.com/hc/en-us/articles/13482639209367
 */
const isRenewal = (order: ShopifyOrder): boolean => {
  const source = sourceOf(order);
  if (isTagged(order, /^(subscription|firmhouse)[ -]first[ -]order$/i)) return false;
  if (isTagged(order, /^(subscription|firmhouse)[ -]recurring[ -]order$/i)) return true;
  if (!source.startsWith('subscription_contract')) return false;
  return source === 'subscription_contract' || order.line_items.some((line) => line.selling_plan_allocation != null);
};

/**
 * A new order that a return app made in exchange for another: an app's number for a source, and the app's word for it in
 * a tag, at the start of the note, or in the order's name. The order that was exchanged may carry such a tag as well
 * (Loop's `LE:Exchange`, or `Loop Exchange` where its returns tell the exchange). https://help.loopreturns.com
 */
const isReplacement = (order: ShopifyOrder): boolean => {
  if (!APP.test(sourceOf(order)) || exchangesOf(order) > 0) return false;
  return (
    isTagged(order, /^(?!LE:).*\b(exchange|replacement)\b/i) ||
    /^\s*(loop[ -])?(exchange|replacement)( order)?\s*(for\b|of\b|:|#|$)/i.test(order.note ?? '') ||
    /^#?EXC-?\d/.test(order.name ?? '')
  );
};

export const kindOf = (order: ShopifyOrder): OrderKind => {
  if (isRenewal(order)) return 'renewal';
  return isReplacement(order) ? 'exchange' : 'sale';
};

/** The first attribute of one of these names whose value is an id, perhaps as a gid; other values are people's text. */
const idNamed = ({ note_attributes }: ShopifyOrder, type: string, names: readonly string[]): string | undefined =>
  (note_attributes ?? [])
    .filter(({ name }) => names.includes((name ?? '').trim().toLowerCase().replaceAll(/[ -]/g, '_')))
    .map(({ value }) => (value ?? '').replace(`gid://shopify/${type}/`, ''))
    .find((value) => /^\d{1,30}$/.test(value));

/** What a renewal or an exchange goes back to, as far as the app that made it says. */
export const originOf = (
  order: ShopifyOrder,
): { readonly subscriptionId?: string; readonly parentExternalId?: string } => {
  const subscriptions = ['subscription_id', 'subscription_contract_id', 'firmhouse_subscription_id'];
  const subscriptionId = idNamed(order, 'SubscriptionContract', subscriptions);
  const parentExternalId =
    kindOf(order) === 'sale' ? undefined : idNamed(order, 'Order', ['original_order_id', 'parent_order_id']);
  return { ...(subscriptionId && { subscriptionId }), ...(parentExternalId && { parentExternalId }) };
};
