// Webhooks in, and the events they brought: kept, looked at, replayed.
import * as z from 'zod';
import { Day, PageQuery, pageOf, Reference } from './fields.ts';
import { route } from './route.ts';

const EventState = z.enum(['received', 'applied', 'ignored', 'failed']).meta({
  description:
    'received: kept, about to be applied. applied: its order has it; a refund may still wait for its order. ' +
    'ignored: changes no order here. failed: not understood, or not applied (could_not_be_applied), which is tried again ' +
    'by itself; can be replayed. reason says why',
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
          'Why ignored (topic_not_used, told_by_orders_updated, inquiry, no_order ...) or failed: not_json, invalid_payload, unknown_currency, too_large, ' +
          'topic_missing, shape_does_not_fit_topic, shop_domain_mismatch: not understood; could_not_be_applied: understood, and kept ' +
          'from its order by something on our side',
      }),
    detail: z
      .string()
      .nullable()
      .meta({ description: 'The same for people, every fault by field; no value is quoted' }),
    orderId: z.string().nullable(),
    attempts: z.int().meta({ description: 'How often it was applied, or tried to be' }),
    nextAttemptAt: z.string().nullable().meta({
      description: 'When one that could not be applied is tried again; null once it is given up, and for all others',
    }),
    bodyBytes: z.int(),
    erasedAt: z.string().nullable().meta({ description: 'When its buyer was erased from it, and its body removed' }),
  })
  .meta({ id: 'WebhookEvent' });

const EventFilters = {
  state: EventState.optional(),
  storeId: Reference('sto').optional(),
  topic: z.string().min(1).max(255).optional().meta({ description: 'Exactly this one' }),
  reason: z.string().min(1).max(64).optional().meta({ description: 'Why ignored or failed: exactly this one' }),
  from: Day.optional().meta({ description: "Received from this day of the merchant's on" }),
  to: Day.optional().meta({ description: 'Received until this day, included' }),
};

const ReplayEvents = z.strictObject({
  ...EventFilters,
  state: EventState.optional().meta({ description: 'Default failed' }),
  limit: z.int().min(1).max(100).optional().meta({ description: 'How many at most, 1 to 100; default 25' }),
  cursor: z.string().optional().meta({ description: 'The nextCursor of the call before, with the same filters' }),
});

const ReplayedEvents = z
  .object({
    replayed: z.int().meta({ description: 'How many were read again, or applied again from what was read' }),
    applied: z.int(),
    failed: z.int(),
    ignored: z.int(),
    bodyGone: z.int().meta({ description: 'How many have neither a body any more nor anything that was read of it' }),
    data: z
      .array(z.object({ id: z.string(), state: EventState, reason: z.string().nullable() }))
      .meta({ description: 'Each that matched, as it stands now, the newest first' }),
    nextCursor: z.string().nullable().meta({
      description: 'Where to go on: the limit or the time of one call is up; null when all that match were replayed',
    }),
  })
  .meta({ id: 'ReplayedEvents' });

const events = { tag: 'Webhooks', serves: 'api' as const };

export const webhookEventRoutes = {
  receiveWebhook: route({
    id: 'receiveWebhook',
    method: 'POST',
    path: '/webhooks/{storeId}',
    summary: "A shop's webhook, signed over the raw body; 200 once it is kept (docs/webhooks.md)",
    tag: 'Webhooks',
    scope: 'public',
    serves: 'webhook',
    responses: {
      200: {
        description: "Kept (or already known); without a body to WooCommerce's ping",
        schema: z.object({ id: z.string(), state: EventState }),
      },
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
    query: z.strictObject({ ...PageQuery, ...EventFilters }),
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
    summary: 'Read the kept body again and apply it; once the body is gone, apply what was read of it',
    scope: 'write',
    responses: { 200: { description: 'The event as it stands now', schema: WebhookEvent } },
  }),
  replayEvents: route({
    ...events,
    id: 'replayWebhookEvents',
    method: 'POST',
    path: '/v1/webhook-events/replay',
    summary: 'Replay the events that match, newest first; what was applied changes nothing when applied again',
    scope: 'write',
    body: ReplayEvents,
    responses: { 200: { description: 'What became of them', schema: ReplayedEvents } },
  }),
};
