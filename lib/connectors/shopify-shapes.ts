// The parts of Shopify's bodies that are read; numbers arrive as text, unknown fields are dropped.
import * as z from 'zod';
import { cutText, LONGEST, MOST } from './texts.ts';

/** Informative text: in a shape of its own it is as if absent, and never a reason to refuse a sale. */
const text = z.string().nullish().catch(null);
const shortText = (longest: number) => cutText(longest).nullish().catch(null);
/** Cut, an id would be another's. */
const id = z.string().max(LONGEST.id).nullish().catch(null);
/** Money, times and flags that decide whether something counts: a wrong shape is refused, not guessed at. */
const decimal = z.string().nullish();
const flag = z.boolean().nullish();

const moneySet = z.object({ shop_money: z.object({ amount: decimal, currency_code: text }).nullish() }).nullish();
const listOf = <Item extends z.ZodType>(item: Item, most: number = MOST.lines) => z.array(item).max(most).nullish();

const allocation = z.object({ amount: decimal, amount_set: moneySet, discount_application_index: text });
const taxLine = z.object({ price: decimal, price_set: moneySet });
const address = z.object({ country_code: text }).nullish().catch(null);
const duties = z.array(z.object({ amount_set: moneySet }));

const lineShape = z.object({
  id,
  admin_graphql_api_id: id,
  sku: shortText(LONGEST.sku),
  product_id: id,
  title: shortText(LONGEST.title),
  quantity: z.string().regex(/^\d{1,9}$/),
  price: z.string(),
  price_set: moneySet,
  total_discount: decimal,
  total_discount_set: moneySet,
  discount_allocations: listOf(allocation),
  tax_lines: listOf(taxLine),
  gift_card: flag,
  fulfillment_service: text,
  /** Present only where the line is a tip. */
  tip: z.unknown().optional(),
  selling_plan_allocation: z.unknown().optional(),
});

export const refundShape = z.object({
  id,
  admin_graphql_api_id: id,
  order_id: id,
  created_at: text,
  processed_at: text,
  refund_line_items: listOf(
    z.object({
      line_item_id: id,
      quantity: text,
      subtotal: decimal,
      total_tax: decimal,
      subtotal_set: moneySet,
      total_tax_set: moneySet,
      line_item: z.object({ admin_graphql_api_id: id, gift_card: flag, tip: z.unknown().optional() }).nullish(),
    }),
  ),
  refund_shipping_lines: listOf(z.object({ subtotal_amount_set: moneySet, tax_amount_set: moneySet })),
  order_adjustments: listOf(
    z.object({
      kind: text,
      reason: text,
      amount: decimal,
      tax_amount: decimal,
      amount_set: moneySet,
      tax_amount_set: moneySet,
    }),
  ),
  transactions: listOf(z.object({ kind: text, status: text, amount: decimal, amount_set: moneySet, currency: text })),
  /** The documentation has the list both bare and in an object of its own. */
  duties: z
    .union([duties, z.object({ duties }).transform((told) => told.duties)])
    .nullish()
    .catch(null),
  total_duties_set: moneySet,
});

export const orderShape = z.object({
  id,
  admin_graphql_api_id: id,
  name: shortText(LONGEST.name),
  created_at: text,
  processed_at: text,
  updated_at: text,
  cancelled_at: z.iso.datetime({ offset: true }).nullish(),
  currency: text,
  financial_status: text,
  source_name: text,
  tags: z
    .union([z.string(), z.array(z.string())])
    .nullish()
    .catch(null),
  note: text,
  taxes_included: flag,
  test: flag,
  total_discounts: decimal,
  total_discounts_set: moneySet,
  total_tax: decimal,
  total_tax_set: moneySet,
  total_shipping_price_set: moneySet,
  shipping_lines: listOf(
    z.object({
      price: decimal,
      price_set: moneySet,
      is_removed: flag,
      discount_allocations: listOf(allocation),
      tax_lines: listOf(taxLine),
    }),
  ),
  discount_codes: listOf(z.object({ code: shortText(LONGEST.code), amount: decimal, type: text }), MOST.codes),
  discount_applications: listOf(z.object({ type: text, code: shortText(LONGEST.code), target_type: text })),
  note_attributes: listOf(z.object({ name: text, value: text })).catch(null),
  landing_site: text,
  referring_site: text,
  line_items: z.array(lineShape).max(MOST.lines),
  refunds: listOf(refundShape),
  /** Of these the documentation names no fields yet: in another shape they tell of no exchange. */
  returns: z
    .array(
      z
        .object({ status: text, exchange_line_items: z.array(z.unknown()).nullish().catch(null) })
        .catch({ status: null, exchange_line_items: null }),
    )
    .nullish()
    .catch(null),
  shipping_address: address,
  billing_address: address,
  email: text,
  customer: z.object({ id, admin_graphql_api_id: id, email: text }).nullish().catch(null),
});

export const disputeShape = z.object({
  id: z.string().max(LONGEST.id),
  order_id: id,
  type: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['chargeback', 'inquiry'])),
  status: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['needs_response', 'under_review', 'accepted', 'lost', 'won', 'charge_refunded', 'prevented'])),
  amount: z.string(),
  currency: text,
  initiated_at: text,
  evidence_sent_on: text,
  finalized_on: text,
});

/** Ids in the privacy topics are bare numbers: anything else would name somebody else's order, or nobody's. */
const digits = z.string().regex(/^\d{1,30}$/);

export const customerRequestShape = z.object({
  shop_domain: z.string(),
  customer: z.object({ id: digits.nullish(), email: z.string().nullish() }),
  orders_to_redact: z.array(digits).nullish(),
  orders_requested: z.array(digits).nullish(),
});

export type ShopifyDispute = z.infer<typeof disputeShape>;
export type ShopifyLine = z.infer<typeof lineShape>;
export type ShopifyRefund = z.infer<typeof refundShape>;
export type ShopifyOrder = z.infer<typeof orderShape>;

/**
 * The digits of a `gid://shopify/<type>/<digits>`, which are always exact, else the plain id: senders that passed
 * the body through JavaScript have rounded ids beyond 2^53.
 */
export const shopifyId = (
  type: 'Order' | 'Refund' | 'LineItem' | 'Customer',
  gid: string | null | undefined,
  id: string | null | undefined,
): string | null => {
  const prefix = `gid://shopify/${type}/`;
  const digits = gid?.startsWith(prefix) ? gid.slice(prefix.length) : '';
  return /^\d+$/.test(digits) ? digits : (id ?? null);
};

type MoneySet = z.infer<typeof moneySet>;

/**
 * An amount in the shop's currency. A plain field holds that too, as a rule, but some senders and some fields have the
 * buyer's currency there: the set says which is which, and was added later.
 */
export const shopMoney = (set: MoneySet, plain?: string | null): string | null | undefined =>
  set?.shop_money?.amount ?? plain;
