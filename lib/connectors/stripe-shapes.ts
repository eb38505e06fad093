// The parts of Stripe's objects that are read, over API versions from 2020 to 2026; unknown fields are let pass.
import * as z from 'zod';
import { LONGEST, MOST } from './texts.ts';

const id = z.string().min(1).max(LONGEST.id);
const text = z.string().nullish();

/** Integers in Stripe's minor units. Sums of a few of them stay exact, also where ours are a hundredth of them. */
const amount = z.int().min(0).max(1_000_000_000_000);
const signedAmount = z.int().min(-1_000_000_000_000).max(1_000_000_000_000);

/** Seconds since the epoch, of the years 1970 to 2999, as milliseconds. */
const instant = z
  .int()
  .min(0)
  .max(32_503_679_999)
  .transform((seconds) => seconds * 1000);

/** A reference: the id, or the object itself where the sender had it expanded. */
const reference = z
  .union([id, z.object({ id }).transform((expanded) => expanded.id)])
  .nullish()
  .transform((value) => value ?? null);

const metadata = z.record(z.string(), z.unknown()).nullish();
const address = z.object({ address: z.object({ country: text }).nullish() }).nullish();
const customer = z.union([id, z.object({ id, email: text })]).nullish();

export const eventShape = z.object({
  id,
  object: z.literal('event'),
  type: z.string(),
  created: instant,
  livemode: z.boolean().nullish(),
  data: z.object({ object: z.looseObject({ object: z.string() }) }),
});

const promotionCode = z.union([id, z.object({ id, code: text })]).nullish();

/** What was taken off: newer versions name the coupon under `source`. */
const discount = z.object({
  coupon: reference,
  source: z.object({ coupon: reference }).nullish(),
  promotion_code: promotionCode,
});

const shippingCost = z
  .object({ amount_subtotal: amount, amount_tax: amount.nullish(), amount_total: amount })
  .nullish();

const price = z.object({
  lookup_key: text,
  product: reference,
  metadata,
  recurring: z.unknown().optional(),
});

const lineItem = z.object({
  id,
  description: text,
  quantity: z.int().min(0).max(1_000_000_000).nullish(),
  amount_subtotal: amount,
  amount_discount: amount.nullish(),
  amount_tax: amount.nullish(),
  amount_total: amount,
  price: price.nullish(),
});

export const sessionShape = z.object({
  id,
  mode: text,
  payment_status: text,
  /** Since 2022. */
  created: instant.nullish(),
  currency: text,
  amount_subtotal: amount,
  amount_total: amount,
  total_details: z
    .object({
      amount_discount: amount.nullish(),
      amount_shipping: amount.nullish(),
      amount_tax: amount.nullish(),
      breakdown: z.object({ discounts: z.array(z.object({ amount, discount })).max(MOST.codes).nullish() }).nullish(),
    })
    .nullish(),
  shipping_cost: shippingCost,
  payment_intent: reference,
  invoice: reference,
  subscription: reference,
  customer,
  customer_email: text,
  customer_details: z.object({ email: text, address: z.object({ country: text }).nullish() }).nullish(),
  collected_information: z.object({ shipping_details: address }).nullish(),
  shipping_details: address,
  shipping: address,
  client_reference_id: text,
  metadata,
  discounts: z.array(discount).max(MOST.codes).nullish(),
  line_items: z.object({ data: z.array(lineItem).max(MOST.lines) }).nullish(),
});

const amounts = z.array(z.object({ amount: signedAmount })).nullish();

export const invoiceShape = z.object({
  id,
  number: text,
  billing_reason: text,
  currency: text,
  subtotal: signedAmount,
  total: signedAmount,
  total_discount_amounts: amounts,
  /** The taxes by name: since 2025-03-31, before that, and their sum before either. */
  total_taxes: amounts,
  total_tax_amounts: amounts,
  tax: signedAmount.nullish(),
  shipping_cost: shippingCost,
  subscription: reference,
  subscription_details: z.object({ metadata }).nullish(),
  parent: z.object({ subscription_details: z.object({ subscription: reference, metadata }).nullish() }).nullish(),
  customer,
  customer_email: text,
  customer_address: z.object({ country: text }).nullish(),
  customer_shipping: address,
  status_transitions: z.object({ paid_at: instant.nullish() }).nullish(),
  discounts: z
    .array(z.union([discount, id.transform(() => null)]))
    .max(MOST.codes)
    .nullish(),
});

export const chargeShape = z.object({
  id,
  currency: z.string(),
  amount_refunded: amount,
  description: text,
  payment_intent: reference,
  /** Up to API version 2025-03-31. */
  invoice: reference,
});

export const disputeShape = z.object({
  id,
  currency: z.string(),
  amount,
  created: instant,
  status: text,
  payment_intent: reference,
});

export type StripeCharge = z.infer<typeof chargeShape>;
export type StripeSession = z.infer<typeof sessionShape>;
export type StripeInvoice = z.infer<typeof invoiceShape>;
export type StripeDiscount = z.infer<typeof discount>;
export type StripeMetadata = z.infer<typeof metadata>;
export type StripeShippingCost = z.infer<typeof shippingCost>;
