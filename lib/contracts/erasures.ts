// Erasing a person: asking for it, and the receipt of what was removed.
import * as z from 'zod';
import { PageQuery, pageOf, Reference } from './fields.ts';
import { route } from './route.ts';

const ErasureCreate = z.strictObject({
  email: z
    .string()
    .trim()
    .min(3)
    .max(320)
    .regex(/^\S+@\S+$/, 'must be an e-mail address')
    .optional(),
  customerId: z.string().trim().min(1).max(255).optional().meta({ description: "The shop's own id of the customer" }),
  orderRef: z
    .string()
    .trim()
    .min(1)
    .max(255)
    .optional()
    .meta({ description: "An order, ord_... or the shop's own id of it: its customer is the one erased" }),
  storeId: Reference('sto')
    .optional()
    .meta({ description: 'Whose customerId or order id it is; needed where the merchant has several stores' }),
});

const counted = (description: string) => z.int().meta({ description });

const Erasure = z
  .object({
    id: z.string(),
    state: z.enum(['running', 'done']).meta({ description: 'running: goes on by itself within minutes' }),
    requestedAt: z.string(),
    finishedAt: z.string().nullable(),
    by: z.string().meta({ description: "api, or the topic of the shop's request" }),
    storeId: z.string().nullable(),
    eventId: z.string().nullable().meta({ description: "The shop's event that asked for it" }),
    subject: z
      .object({
        type: z.enum(['customer', 'store']),
        hashes: z.array(z.string()).meta({
          description: 'Keyed hashes of the e-mail and the customer id: the same person gives the same ones again',
        }),
        orderIds: z.array(z.string()).meta({ description: 'The orders that were named' }),
      })
      .meta({ description: 'Whom it was about; never the e-mail or the id' }),
    removed: z.object({
      orders: counted('Orders cut loose from their customer and their click'),
      events: counted('Events of those orders, each cut to money, goods and the shop’s own numbers'),
      bodies: counted('Webhook bodies, removed whole'),
      customerRecords: counted('Entries in the customer’s own record'),
    }),
    kept: z.array(z.object({ what: z.string(), why: z.string() })),
    backupsUntil: z.string().nullable().meta({
      description:
        'Until when backups of the table (point-in-time recovery, 35 days) may still hold it; null while running',
    }),
  })
  .meta({ id: 'Erasure' });

const shared = { tag: 'Erasures', serves: 'api' as const, scope: 'admin' as const };

export const erasureRoutes = {
  create: route({
    ...shared,
    id: 'createErasure',
    method: 'POST',
    path: '/v1/erasures',
    summary: 'Erase a person: all that ties them to orders goes, every aggregate stays',
    body: ErasureCreate,
    responses: {
      201: { description: 'Done; this is the receipt', schema: Erasure },
      202: { description: 'There is more than one request has time for; the rest goes on by itself', schema: Erasure },
    },
  }),
  list: route({
    ...shared,
    id: 'listErasures',
    method: 'GET',
    path: '/v1/erasures',
    summary: 'Erasures, newest first, shops’ own requests among them',
    csv: true,
    query: z.strictObject(PageQuery),
    responses: { 200: { description: 'A page', schema: pageOf(Erasure) } },
  }),
  get: route({
    ...shared,
    id: 'getErasure',
    method: 'GET',
    path: '/v1/erasures/{id}',
    summary: 'The receipt of an erasure',
    responses: { 200: { description: 'The erasure as it stands', schema: Erasure } },
  }),
};
