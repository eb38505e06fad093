// Discount codes: unique per store, readable aloud, one creator each.
import * as z from 'zod';
import { Currency, decimal, ExternalId, Instant, Reference, readable, Stamps, text } from './fields.ts';
import { Batch, batchAnswer, describedBatch } from './links.ts';
import { resourceRoutes } from './resource.ts';
import { route } from './route.ts';

const Value = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('percent'), amount: decimal(0.01, 100) }),
  z.strictObject({ type: z.literal('fixed'), amount: z.int().min(1).max(10_000_000_000_000), currency: Currency }),
]);

const changeable = {
  value: Value,
  externalIds: z.array(text(100)).max(20).nullish().meta({
    description:
      "The shop's own ids of the code, such as Stripe's promo_...: an order that names one used the code. Unique per store",
  }),
  startsAt: Instant.nullish(),
  endsAt: Instant.nullish(),
  usageLimit: z.int().min(1).nullish().meta({ description: 'Noted, enforced by the shop alone' }),
  minimumSubtotal: z.int().min(0).nullish().meta({ description: "Minor units of the merchant's currency" }),
};

export const DiscountCodeCreate = z.strictObject({
  ...changeable,
  creatorId: Reference('crt'),
  campaignId: Reference('cmp').nullish(),
  storeId: Reference('sto').nullish().meta({ description: 'One of storeId and storeIds is required' }),
  storeIds: z.array(Reference('sto')).min(1).max(20).nullish(),
  code: z
    .string()
    .min(1)
    .max(255)
    .check(readable)
    .nullish()
    .meta({ description: "Default: the creator's first name and the value, e.g. SARAH15" }),
  adopt: z.boolean().nullish().meta({ description: 'true binds a code that exists in the shop, with any characters' }),
});

export const DiscountCodePatch = z.strictObject(changeable).partial();

const DiscountCode = z
  .object({
    ...Stamps,
    creatorId: z.string(),
    campaignId: z.string().nullable(),
    storeIds: z.array(z.string()),
    code: z.string(),
    externalIds: z.array(z.string()),
    value: Value,
    startsAt: z.string().nullable(),
    endsAt: z.string().nullable(),
    usageLimit: z.int().nullable(),
    minimumSubtotal: z.int().nullable(),
  })
  .meta({ id: 'DiscountCode' });

export const DiscountCodeBatchItem = DiscountCodeCreate.extend({ externalId: ExternalId.nullish() }).meta({
  id: 'DiscountCodeBatchItem',
});

export const discountCodeRoutes = {
  ...resourceRoutes({
    path: 'discount-codes',
    name: 'DiscountCode',
    plural: 'DiscountCodes',
    tag: 'Discount codes',
    create: DiscountCodeCreate,
    patch: DiscountCodePatch,
    answer: DiscountCode,
    filters: z.strictObject({
      code: z
        .string()
        .min(1)
        .max(255)
        .optional()
        .meta({ description: 'Matched as orders are: case, width and space do not matter, external ids as well' }),
      creatorId: Reference('crt').optional(),
      campaignId: Reference('cmp').optional(),
      storeId: Reference('sto').optional(),
    }),
  }),
  batch: route({
    id: 'createDiscountCodes',
    method: 'POST',
    path: '/v1/discount-codes/batch',
    summary: 'Create up to 1,000 codes; each item answers for itself',
    tag: 'Discount codes',
    scope: 'write',
    serves: 'api',
    body: Batch,
    describedBody: describedBatch(DiscountCodeBatchItem),
    responses: {
      200: { description: 'One result per item, in order', schema: batchAnswer('discountCode', DiscountCode) },
    },
  }),
};
