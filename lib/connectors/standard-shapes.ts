// The bodies of the `standard` platform, as the HTTP contract gives them; unknown fields are dropped.
import * as z from 'zod';
import { shopInstant } from './instants.ts';

/** Integer minor units. Nobody sells for more than 10^12 of them at once, and sums of such amounts stay exact. */
const amount = z.int().min(0).max(1_000_000_000_000);
const count = z.int().min(0).max(1_000_000_000);
/** Senders in loosely typed languages send ids as numbers. */
const id = z.union([z.string().min(1).max(255), z.number().transform(String)]);
const text = z.string().nullish();
const flag = z.boolean().nullish();

const orderLine = z.object({
  id: id.nullish(),
  sku: text,
  productId: id.nullish(),
  title: text,
  collections: z.array(z.string()).nullish(),
  quantity: count,
  price: amount,
  discount: amount.nullish(),
  tax: amount.nullish(),
  giftCard: flag,
  subscription: flag,
});

export const orderData = z
  .object({
    externalId: id,
    name: text,
    placedAt: shopInstant,
    updatedAt: shopInstant.nullish(),
    currency: z.string(),
    itemsTotal: amount.nullish(),
    discounts: amount.nullish(),
    shipping: amount.nullish(),
    tax: amount.nullish(),
    units: count.nullish(),
    discountCodes: z.array(z.union([z.string(), z.object({ code: z.string(), amount: amount.nullish() })])).nullish(),
    clickId: text,
    landingUrl: text,
    lines: z.array(orderLine).nullish(),
    customer: z.object({ id: id.nullish(), email: text }).nullish(),
    payment: z.enum(['paid', 'pending', 'failed']).nullish(),
    test: flag,
    draft: flag,
    kind: z.enum(['sale', 'renewal', 'exchange', 'gift']).nullish(),
    channel: text,
  })
  .refine(({ itemsTotal, lines }) => itemsTotal != null || (lines ?? []).length > 0, {
    path: ['itemsTotal'],
    message: 'Required when there are no lines',
  });

export const cancellationData = z.object({ externalId: id, cancelledAt: shopInstant.nullish() });

export const refundData = z
  .object({
    externalId: id,
    orderExternalId: id,
    amount: amount.nullish(),
    shipping: amount.nullish(),
    tax: amount.nullish(),
    refundedAt: shopInstant.nullish(),
    lines: z.array(z.object({ id, quantity: count.nullish(), amount, tax: amount.nullish() })).nullish(),
  })
  .refine(({ amount: items, lines }) => items != null || (lines ?? []).length > 0, {
    path: ['amount'],
    message: 'Required when there are no lines',
  });

export const envelope = z.object({ timestamp: shopInstant.nullish(), data: z.looseObject({}) });

export type StandardOrder = z.infer<typeof orderData>;
export type StandardRefund = z.infer<typeof refundData>;
