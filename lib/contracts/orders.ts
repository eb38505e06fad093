// Orders: what shops said of them, what became of that, and why they are credited as they are.
import * as z from 'zod';
import { Day, Flag, PageQuery, pageOf, Reference, text } from './fields.ts';
import { OrderAttribution } from './order-attribution.ts';
import { ConvertedFigures, OrderFx } from './order-money.ts';
import { route } from './route.ts';

const OrderState = z.enum(['awaiting_order', 'pending', 'paid', 'cancelled', 'test', 'draft', 'fx_missing']).meta({
  description:
    'awaiting_order: only refunds or a cancellation have come. pending: not paid. paid: counts. cancelled. ' +
    "test, draft: count nowhere. fx_missing: paid in another currency than the merchant's, counts nowhere until there " +
    'is a rate for its day (PUT /v1/fx-rates)',
});

const OrderKind = z.enum(['sale', 'renewal', 'exchange', 'gift']).meta({
  description:
    'A renewal stands beside the sales in reports; an exchange brings money and is no order; a gift counts nowhere',
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

const Change = z.object({
  field: z.string().meta({ description: 'As it is called in an order' }),
  from: z.unknown(),
  to: z.unknown(),
});

const Order = z
  .object({
    id: z.string(),
    externalId: z.string(),
    storeId: z.string(),
    name: z.string().nullable(),
    placedAt: z.string().nullable().meta({ description: 'When the buyer finished checkout; its day is the order’s' }),
    currency: z.string().nullable().meta({ description: "The order's own, of every amount but those in converted" }),
    grossRevenue: minor('Item prices before discounts, without tax, shipping and gift cards sold'),
    discounts: minor('Taken off the items; positive'),
    refunds: minor('What went back for items so far, chargebacks included; positive, at most grossRevenue - discounts'),
    chargebacks: minor("The part of refunds that buyers' banks took back and have not returned"),
    netRevenue: minor('grossRevenue - discounts - refunds'),
    total: minor('What the buyer was charged in all, before refunds; gift cards bought are in it, tips are not'),
    shipping: minor('Less what was given back of it'),
    tax: minor('Less what was given back of it'),
    fx: OrderFx.nullable(),
    converted: ConvertedFigures.nullable(),
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
    country: z
      .string()
      .nullable()
      .meta({ description: 'Where it is sent, else billed: ISO 3166-1 alpha-2; nothing more of an address is kept' }),
    tags: z.array(z.string()).meta({ description: "The shop's own labels; `manual` for an order entered by hand" }),
    manualReason: z.string().nullable().meta({ description: 'Why it was entered by hand' }),
    subscriptionId: z.string().nullable(),
    renewalNumber: z.int().nullable().meta({ description: 'Which order of its subscription it is, the first being 1' }),
    parentExternalId: z
      .string()
      .nullable()
      .meta({ description: "The shop's id of the order that a renewal or an exchange goes back to" }),
    state: OrderState,
    cancelledAt: z.string().nullable(),
    updatedAt: z.string().nullable(),
    creatorId: z.string().nullable().meta({ description: 'The direct owner as of the last roll-up' }),
    erasedAt: z.string().nullable().meta({ description: 'When what tied it to its buyer was erased' }),
    selfPurchase: z.boolean().meta({
      description: 'A creator whose link or code led to it is its customer, as of the last roll-up: credited to others',
    }),
  })
  .meta({ id: 'Order' });

const HistoryEntry = z.object({
  eventId: z.string(),
  topic: z.string().meta({ description: "The shop's, or `manual`" }),
  receivedAt: z.string(),
  at: z.string(),
  manualReason: z.string().nullable().meta({ description: 'Why it was entered by hand; null for what a shop told' }),
  changes: z.array(Change),
});

const LedgerLine = z.object({
  id: z.string(),
  type: z.enum(['sale', 'edit', 'exchange', 'refund', 'chargeback', 'chargeback_reversal', 'cancellation']).meta({
    description:
      "All amounts are changes to what stood before, in the merchant's currency: the entries add up to the order, or to " +
      'its converted figures; with a cancellation to 0. exchange: items were exchanged, only the difference is here. chargeback, chargeback_reversal: the bank took money back, or returned it',
  }),
  at: z.string(),
  day: z.string().meta({ description: "The merchant's day it is settled on" }),
  orders: z.int().meta({ description: '1 for the sale, -1 for a cancellation, else 0' }),
  units: z.int().meta({ description: 'Items sold, more or fewer; what is given back stays sold' }),
  grossRevenue: z.int(),
  discounts: z.int(),
  refunds: z.int().meta({ description: 'What went back for items, by refund or chargeback' }),
  netRevenue: z.int(),
  shipping: z.int(),
  tax: z.int(),
  excess: z.int().meta({ description: 'The part of a refund beyond what was paid; never deducted' }),
  lines: z
    .array(
      z.object({
        lineId: z.string(),
        units: z.int(),
        grossRevenue: z.int(),
        discounts: z.int(),
        refunds: z.int(),
      }),
    )
    .meta({ description: "The same by line of the order, where the shop divides it; the sale's are the order's own" }),
});

const WholeOrder = Order.extend({ history: z.array(HistoryEntry), ledger: z.array(LedgerLine) }).meta({
  id: 'WholeOrder',
});

const orders = { tag: 'Orders', serves: 'api' as const, scope: 'read' as const };

export const orderRoutes = {
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
      externalId: z.string().min(1).max(255).optional().meta({ description: "The shop's own id of the order" }),
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
        schema: WholeOrder,
      },
    },
  }),
  enterOrder: route({
    ...orders,
    id: 'enterOrder',
    method: 'POST',
    path: '/v1/orders',
    summary: "Enter an order by hand: a `standard` order's data, its store and why; 409 when the store has it already",
    scope: 'write',
    // The fields are those of the `standard` connector, whose own module checks them (lib/connectors/manual.ts).
    body: z.looseObject({}),
    responses: { 201: { description: 'The order', schema: WholeOrder } },
  }),
  cancelOrder: route({
    ...orders,
    id: 'cancelOrder',
    method: 'POST',
    path: '/v1/orders/{id}/cancel',
    summary: 'Cancel an order that was entered by hand; 409 for one that its shop told of',
    scope: 'write',
    body: z.strictObject({ reason: text(500).meta({ description: "Shown in the order's history" }) }),
    responses: { 200: { description: 'The order', schema: WholeOrder } },
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
