// Agreeing with the shop: its own list of a day held against ours.
import * as z from 'zod';
import { Day } from './fields.ts';
import { route } from './route.ts';

const total = z
  .int()
  .min(-1_000_000_000_000)
  .max(1_000_000_000_000)
  .meta({ description: "What the buyer was charged in all, before refunds; minor units of the order's currency" });

const MOST_ORDERS = 20_000;

const ShopOrder = z
  .strictObject({
    id: z
      .union([z.string().min(1).max(255), z.int().transform(String)])
      .nullish()
      .meta({ description: "The shop's id of the order: externalId here" }),
    name: z.string().min(1).max(255).nullish().meta({ description: 'Such as #1001, where there is no id' }),
    total,
    state: z
      .enum(['paid', 'pending', 'cancelled', 'test'])
      .optional()
      .meta({ description: 'As the shop has it; default paid. Only a paid order is missed here' }),
  })
  .refine(({ id, name }) => id != null || name != null, {
    path: ['id'],
    message: 'is required, or name',
    params: { code: 'required' },
  });

export const ReconcileBody = z.strictObject({
  day: Day.meta({ description: "The merchant's day that the list is of" }),
  orders: z.array(ShopOrder).max(MOST_ORDERS),
});

const State = z.enum(['reconciled', 'short', 'differs']).meta({
  description:
    'reconciled: the same orders with the same totals. short: orders of the shop never came. differs: none is missing, ' +
    'but some are not alike, or not in the shop',
});

const Named = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  total: z.int().nullable().meta({ description: "Null where the shop's list does not say" }),
});
const Known = z.object({
  orderId: z.string(),
  externalId: z.string(),
  name: z.string().nullable(),
  total: z.int(),
  state: z.string(),
  day: z.string(),
});
const Side = z.object({
  orders: z.int(),
  total: z.int().meta({
    description:
      'Added up as they stand: with orders of several currencies it says whether both sides agree, and no more',
  }),
});

const DayFound = {
  storeId: z.string(),
  day: z.string(),
  state: State,
  shortBy: Side.meta({ description: 'The orders that never came, and what they add up to' }),
  shop: Side.meta({ description: "The shop's paid orders" }),
  ours: Side.meta({ description: 'Those of them that count here, and what else counts on the day' }),
  reconciledAt: z.string(),
};

const Reconciliation = z
  .object({
    ...DayFound,
    missing: z.array(Named).meta({ description: 'In the shop, never heard of here: ask the shop to send them again' }),
    extra: z.array(Known).meta({ description: 'Here on this day, not in the list' }),
    different: z.array(
      z.object({
        order: Known,
        shopTotal: z.int().nullable(),
        shopState: z.string(),
        differs: z.array(z.enum(['total', 'state'])),
      }),
    ),
  })
  .meta({ id: 'Reconciliation' });

const ReconciledDay = z
  .object({
    ...DayFound,
    extraOrders: z.int(),
    differentOrders: z.int(),
    missing: z.array(Named).meta({ description: 'The first 200 of them' }),
  })
  .meta({ id: 'ReconciledDay' });

const stores = { tag: 'Stores', serves: 'api' as const };

export const reconciliationRoutes = {
  reconcile: route({
    ...stores,
    id: 'reconcileStore',
    method: 'POST',
    path: '/v1/stores/{id}/reconcile',
    summary: "Hold the shop's own orders of a day against ours: what is missing, extra, or not alike",
    scope: 'write',
    query: z.strictObject({
      day: Day.optional().meta({
        description: "With a CSV: the merchant's day; orders of other days in it are left out",
      }),
    }),
    describedBody: ReconcileBody,
    bodyTypes: ['application/json', 'text/csv'],
    responses: { 200: { description: 'What was found; the day is marked with it', schema: Reconciliation } },
  }),
  list: route({
    ...stores,
    id: 'listReconciliations',
    method: 'GET',
    path: '/v1/stores/{id}/reconciliations',
    summary: 'Days held against the shop, and how each stood when it was last looked at',
    scope: 'read',
    csv: true,
    query: z.strictObject({ from: Day, to: Day }),
    responses: {
      200: { description: 'By day', schema: z.object({ data: z.array(ReconciledDay), nextCursor: z.null() }) },
    },
  }),
};
