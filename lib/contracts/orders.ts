// Webhooks in, the events they brought, and the orders made of them.
import * as z from 'zod';
import { Day, Flag, PageQuery, pageOf, Reference } from './fields.ts';
import { route } from './route.ts';

const EventState = z.enum(['received', 'applied', 'ignored', 'failed']);

const WebhookEvent = z
  .object({
    id: z.string(),
    storeId: z.string(),
    platform: z.string(),
    topic: z.string(),
    shopEventId: z.string(),
    receivedAt: z.string(),
    state: EventState.meta({ description: 'received = kept, about to be applied' }),
    reason: z.string().nullable(),
    detail: z.string().nullable(),
    orderId: z.string().nullable(),
    attempts: z.int(),
    bodyBytes: z.int(),
  })
  .meta({ id: 'WebhookEvent' });

const OrderState = z.enum(['awaiting_order', 'pending', 'paid', 'cancelled', 'test', 'draft', 'fx_missing']);

const OrderLine = z.object({
  id: z.string(),
  sku: z.string().nullable(),
  productId: z.string().nullable(),
  title: z.string().nullable(),
  collections: z.array(z.string()),
  quantity: z.int(),
  price: z.int(),
  discount: z.int(),
  tax: z.int(),
  giftCard: z.boolean(),
  subscription: z.boolean(),
});

const Change = z.object({ field: z.string(), from: z.unknown(), to: z.unknown() });

const Order = z
  .object({
    id: z.string(),
    externalId: z.string(),
    storeId: z.string(),
    name: z.string().nullable(),
    placedAt: z.string().nullable(),
    currency: z.string().nullable(),
    grossRevenue: z.int(),
    discounts: z.int(),
    refunds: z.int(),
    netRevenue: z.int(),
    shipping: z.int(),
    tax: z.int(),
    units: z.int(),
    lines: z.array(OrderLine),
    discountCodes: z.array(z.object({ code: z.string(), amount: z.int().nullable() })),
    clickId: z.string().nullable(),
    customer: z.enum(['new', 'returning', 'unknown']),
    kind: z.enum(['sale', 'renewal', 'exchange', 'gift']),
    channel: z.string(),
    state: OrderState,
    cancelledAt: z.string().nullable(),
    updatedAt: z.string().nullable(),
    creatorId: z.string().nullable().meta({ description: 'The direct owner as of the last roll-up' }),
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
  type: z.enum(['sale', 'edit', 'refund', 'cancellation']),
  at: z.string(),
  day: z.string(),
  orders: z.int(),
  grossRevenue: z.int(),
  discounts: z.int(),
  refunds: z.int(),
  netRevenue: z.int(),
  shipping: z.int(),
  tax: z.int(),
  excess: z.int().meta({ description: 'The part of a refund beyond what was paid; never deducted' }),
});

const Touch = z.object({
  type: z.enum(['click', 'code', 'survey', 'manual']),
  at: z.string().nullable(),
  creatorId: z.string(),
  campaignId: z.string().nullable(),
  linkId: z.string().nullable(),
  codeId: z.string().nullable(),
  clickId: z.string().nullable(),
  code: z.string().nullable(),
  accepted: z.boolean(),
  reason: z.string(),
});

const OrderAttribution = z
  .object({
    orderId: z.string(),
    ruleVersion: z.string(),
    lookbackDays: z.int(),
    conflictPolicy: z.string(),
    touches: z.array(Touch),
    conflict: z.boolean(),
    credits: z.record(
      z.string(),
      z.array(
        z.object({
          creatorId: z.string(),
          campaignId: z.string().nullable(),
          linkId: z.string().nullable(),
          codeId: z.string().nullable(),
          share: z.number(),
          netRevenue: z.int(),
        }),
      ),
    ),
    unknownCodes: z.array(z.string()).meta({ description: 'Codes on the order that no creator holds' }),
    unattributed: z.object({ reason: z.string(), nearest: Touch.nullable() }).nullable(),
  })
  .meta({ id: 'OrderAttribution' });

const events = { tag: 'Webhooks', serves: 'api' as const };
const orders = { tag: 'Orders', serves: 'api' as const, scope: 'read' as const };

export const orderRoutes = {
  receiveWebhook: route({
    id: 'receiveWebhook',
    method: 'POST',
    path: '/webhooks/{storeId}',
    summary: "A shop's webhook, signed over the raw body; 200 once it is kept",
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
      name: z.string().max(100).optional(),
      code: z.string().max(255).optional(),
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
