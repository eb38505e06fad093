// Webhooks in, the events they brought, and the orders made of them.
import * as z from 'zod';
import { Day, Flag, PageQuery, pageOf, Reference } from './fields.ts';
import { route } from './route.ts';

const EventState = z.enum(['received', 'applied', 'ignored', 'failed']).meta({
  description:
    'received: kept, about to be applied. applied: its order has it; a refund may still wait for its order. ' +
    'ignored: changes no order here. failed: not understood; can be replayed. reason says why',
});

const WebhookEvent = z
  .object({
    id: z.string(),
    storeId: z.string(),
    platform: z.string(),
    topic: z.string(),
    shopEventId: z.string(),
    receivedAt: z.string(),
    state: EventState,
    reason: z
      .string()
      .nullable()
      .meta({
        description:
          'Why ignored (topic_not_used) or failed: not_json, invalid_payload, unknown_currency, too_large, ' +
          'shape_does_not_fit_topic, shop_domain_mismatch',
      }),
    detail: z
      .string()
      .nullable()
      .meta({ description: 'The same for people, every fault by field; no value is quoted' }),
    orderId: z.string().nullable(),
    attempts: z.int(),
    bodyBytes: z.int(),
  })
  .meta({ id: 'WebhookEvent' });

const OrderState = z.enum(['awaiting_order', 'pending', 'paid', 'cancelled', 'test', 'draft', 'fx_missing']).meta({
  description:
    'awaiting_order: only refunds or a cancellation have come. pending: not paid. paid: counts. cancelled. ' +
    "test, draft: count nowhere. fx_missing: paid in another currency than the merchant's, counts nowhere",
});

const OrderKind = z.enum(['sale', 'renewal', 'exchange', 'gift']).meta({
  description: 'A renewal stands beside the sales in reports; a gift counts nowhere',
});

const minor = (description: string) =>
  z.int().meta({ description: `${description}; minor units of the order's currency` });

const OrderLine = z.object({
  id: z.string(),
  sku: z.string().nullable(),
  productId: z.string().nullable(),
  title: z.string().nullable(),
  collections: z.array(z.string()),
  quantity: z.int(),
  price: minor('Of one unit, before discounts, without tax'),
  discount: minor('On the whole line'),
  tax: minor('On the whole line'),
  giftCard: z.boolean().meta({ description: 'Sold, but never revenue' }),
  subscription: z.boolean(),
});

const Change = z.object({ field: z.string(), from: z.unknown(), to: z.unknown() });

const Order = z
  .object({
    id: z.string(),
    externalId: z.string(),
    storeId: z.string(),
    name: z.string().nullable(),
    placedAt: z.string().nullable().meta({ description: 'When the buyer finished checkout; its day is the order’s' }),
    currency: z.string().nullable().meta({ description: "The order's own, of every amount here" }),
    grossRevenue: minor('Item prices before discounts, without tax, shipping and gift cards sold'),
    discounts: minor('Taken off the items; positive'),
    refunds: minor('Items given back so far; positive, at most grossRevenue - discounts'),
    netRevenue: minor('grossRevenue - discounts - refunds'),
    shipping: minor('Less what was given back of it'),
    tax: minor('Less what was given back of it'),
    units: z.int().meta({ description: 'Items sold' }),
    lines: z.array(OrderLine),
    discountCodes: z.array(
      z.object({
        code: z.string(),
        amount: z.int().nullable().meta({ description: 'What it took off; null when the shop does not say' }),
      }),
    ),
    clickId: z.string().nullable().meta({ description: 'The trb_click that the order came back with' }),
    customer: z.enum(['new', 'returning', 'unknown']).meta({
      description: "By this customer's orders known here; new only where the record reaches back (customerHistoryFrom)",
    }),
    kind: OrderKind,
    channel: z.string().meta({ description: 'web, or what the shop calls it: app, pos, phone, draft ...' }),
    state: OrderState,
    cancelledAt: z.string().nullable(),
    updatedAt: z.string().nullable(),
    creatorId: z.string().nullable().meta({ description: 'The direct owner as of the last roll-up' }),
    selfPurchase: z.boolean().meta({
      description: 'A creator whose link or code led to it is its customer, as of the last roll-up: credited to others',
    }),
  })
  .meta({ id: 'Order' });

const HistoryEntry = z.object({
  eventId: z.string(),
  topic: z.string(),
  receivedAt: z.string(),
  at: z.string(),
  changes: z.array(Change),
});

const LedgerLine = z.object({
  id: z.string(),
  type: z
    .enum(['sale', 'edit', 'refund', 'cancellation'])
    .meta({ description: 'All amounts are changes to what stood before: the lines add up to the order' }),
  at: z.string(),
  day: z.string().meta({ description: "The merchant's day it is settled on" }),
  orders: z.int().meta({ description: '1 for the sale, -1 for a cancellation, else 0' }),
  grossRevenue: z.int(),
  discounts: z.int(),
  refunds: z.int(),
  netRevenue: z.int(),
  shipping: z.int(),
  tax: z.int(),
  excess: z.int().meta({ description: 'The part of a refund beyond what was paid; never deducted' }),
});

const TouchReason = z.string().meta({
  description:
    'Accepted: in_window, code_valid. Not eligible: outside_window, after_order, not_human, duplicate, channel_not_web, ' +
    'code_expired, creator_archived, self_purchase. Lost to another: beaten_by_later_click, beaten_by_other_code, beaten_by_code, ' +
    'beaten_by_click, conflict_review. docs/metrics.md has a sentence on each',
});

const Touch = z.object({
  type: z
    .enum(['click', 'code', 'survey', 'manual'])
    .meta({ description: 'click or code today; the others are to come' }),
  at: z.string().nullable(),
  creatorId: z.string(),
  campaignId: z.string().nullable(),
  linkId: z.string().nullable(),
  codeId: z.string().nullable(),
  clickId: z.string().nullable(),
  code: z.string().nullable(),
  accepted: z.boolean().meta({ description: 'Whether the credit rests on it' }),
  reason: TouchReason,
});

const OrderAttribution = z
  .object({
    orderId: z.string(),
    ruleVersion: z
      .string()
      .meta({ description: "The merchant's rules, and after a + the campaign's, of the order's day" }),
    lookbackDays: z.int(),
    conflictPolicy: z.string(),
    touches: z.array(Touch).meta({ description: 'Every candidate: clicks from the oldest on, then codes' }),
    conflict: z.boolean().meta({ description: 'Whether the winning click and code are of different creators' }),
    kind: z
      .enum(['sale', 'renewal', 'exchange', 'gift'])
      .meta({ description: 'Reports show the credit of a renewal beside the sales; a gift is credited to nobody' }),
    credits: z.record(
      z.string().meta({ description: 'The model' }),
      z.array(
        z.object({
          creatorId: z.string(),
          campaignId: z.string().nullable(),
          linkId: z.string().nullable(),
          codeId: z.string().nullable(),
          share: z.number().meta({ description: '1 = all of it' }),
          netRevenue: minor('The part credited'),
        }),
      ),
    ),
    selfPurchase: z.boolean().meta({ description: 'Whether one of the creators is the customer' }),
    unknownCodes: z.array(z.string()).meta({ description: 'Codes on the order that no creator holds' }),
    unattributed: z
      .object({
        reason: z.string().meta({
          description:
            'no_touch; the reason of the candidate that came nearest; or order_<state>, order_gift for what counts nowhere',
        }),
        nearest: Touch.nullable(),
      })
      .nullable()
      .meta({ description: 'Why nobody is credited; null when somebody is' }),
  })
  .meta({ id: 'OrderAttribution' });

const events = { tag: 'Webhooks', serves: 'api' as const };
const orders = { tag: 'Orders', serves: 'api' as const, scope: 'read' as const };

export const orderRoutes = {
  receiveWebhook: route({
    id: 'receiveWebhook',
    method: 'POST',
    path: '/webhooks/{storeId}',
    summary: "A shop's webhook, signed over the raw body; 200 once it is kept (docs/webhooks.md)",
    tag: 'Webhooks',
    scope: 'public',
    serves: 'webhook',
    responses: {
      200: { description: 'Kept (or already known)', schema: z.object({ id: z.string(), state: EventState }) },
    },
  }),
  listEvents: route({
    ...events,
    id: 'listWebhookEvents',
    method: 'GET',
    path: '/v1/webhook-events',
    summary: 'Every event kept, newest first',
    scope: 'read',
    csv: true,
    query: z.strictObject({ ...PageQuery, state: EventState.optional(), storeId: Reference('sto').optional() }),
    responses: { 200: { description: 'A page', schema: pageOf(WebhookEvent) } },
  }),
  getEvent: route({
    ...events,
    id: 'getWebhookEvent',
    method: 'GET',
    path: '/v1/webhook-events/{id}',
    summary: 'One event',
    scope: 'read',
    responses: { 200: { description: 'The event', schema: WebhookEvent } },
  }),
  replayEvent: route({
    ...events,
    id: 'replayWebhookEvent',
    method: 'POST',
    path: '/v1/webhook-events/{id}/replay',
    summary: 'Read the kept body again and apply it',
    scope: 'write',
    responses: { 200: { description: 'The event as it stands now', schema: WebhookEvent } },
  }),
  listOrders: route({
    ...orders,
    id: 'listOrders',
    method: 'GET',
    path: '/v1/orders',
    summary: 'Orders, newest first',
    csv: true,
    query: z.strictObject({
      ...PageQuery,
      name: z.string().min(1).max(100).optional(),
      code: z.string().min(1).max(255).optional(),
      creatorId: Reference('crt').optional(),
      storeId: Reference('sto').optional(),
      state: OrderState.optional(),
      unattributed: Flag.optional(),
      from: Day.optional(),
      to: Day.optional(),
    }),
    responses: { 200: { description: 'A page', schema: pageOf(Order) } },
  }),
  getOrder: route({
    ...orders,
    id: 'getOrder',
    method: 'GET',
    path: '/v1/orders/{id}',
    summary: 'One order with its ledger and the history of what each event changed',
    responses: {
      200: {
        description: 'The order',
        schema: Order.extend({ history: z.array(HistoryEntry), ledger: z.array(LedgerLine) }),
      },
    },
  }),
  getOrderAttribution: route({
    ...orders,
    id: 'getOrderAttribution',
    method: 'GET',
    path: '/v1/orders/{id}/attribution',
    summary: 'Why an order is credited as it is, or why to nobody',
    responses: { 200: { description: 'Every candidate and what became of it', schema: OrderAttribution } },
  }),
};
