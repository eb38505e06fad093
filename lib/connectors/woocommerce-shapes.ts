// The parts of WooCommerce's order body that are read; numbers arrive as text, unknown fields are dropped.
import * as z from 'zod';
import { cutText, LONGEST, MOST } from './texts.ts';

/** Informative text: in a shape of its own it is as if absent, and never a reason to refuse a sale. */
const text = z.string().nullish().catch(null);
const shortText = (longest: number) => cutText(longest).nullish().catch(null);
/** Cut, an id would be another's. */
const id = z.string().max(LONGEST.id).nullish().catch(null);
/** Money that decides what counts: a wrong shape is refused, not guessed at. */
const decimal = z.string().nullish();

const listOf = <Item extends z.ZodType>(item: Item, most: number = MOST.lines) => z.array(item).max(most).nullish();

/** Plugins keep anything here: texts, numbers, lists, objects. */
const metaData = z
  .array(z.object({ key: text, value: z.unknown() }).catch({ key: null, value: null }))
  .nullish()
  .catch(null);

/** PHP writes an empty object as `[]`, which is as if absent. */
const party = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).nullish().catch(null);

const lineShape = z.object({
  id,
  name: text,
  product_id: id,
  // Of what is sold by weight it has decimals.
  quantity: z.string().regex(/^\d{1,9}(\.\d+)?$/),
  subtotal: decimal,
  total: z.string(),
  total_tax: decimal,
  sku: shortText(LONGEST.sku),
  meta_data: metaData,
});

const refundShape = z.object({
  id,
  total: decimal,
  // What follows is in the refund itself, not in its short form in the order.
  amount: decimal,
  date_created_gmt: text,
  line_items: listOf(z.object({ quantity: text, total: decimal, total_tax: decimal, meta_data: metaData })),
  shipping_lines: listOf(z.object({ total: decimal, total_tax: decimal })),
  fee_lines: listOf(z.object({ total: decimal, total_tax: decimal })),
});

export const orderShape = z.object({
  id: z.string().min(1).max(LONGEST.id),
  parent_id: id,
  number: shortText(LONGEST.name),
  created_via: text,
  status: z.string(),
  currency: z.string(),
  date_created: text,
  date_created_gmt: text,
  date_modified: text,
  date_modified_gmt: text,
  date_paid: text,
  date_paid_gmt: text,
  shipping_total: decimal,
  total_tax: decimal,
  total: decimal,
  customer_id: id,
  billing: party({ email: text, country: text }),
  shipping: party({ country: text }),
  meta_data: metaData,
  line_items: z.array(lineShape).max(MOST.lines),
  fee_lines: listOf(z.object({ total: decimal })),
  coupon_lines: listOf(z.object({ code: text, discount: decimal }), MOST.codes),
  refunds: listOf(refundShape),
  gift_cards: listOf(z.object({ amount: decimal })).catch(null),
});

type MetaData = z.infer<typeof metaData>;
export type WooLine = z.infer<typeof lineShape>;
export type WooRefund = z.infer<typeof refundShape>;
export type WooOrder = z.infer<typeof orderShape>;

/** The texts kept under keys that match; anything but text is passed over. */
export const metaTexts = (meta: MetaData, key: RegExp): readonly string[] =>
  (meta ?? []).flatMap((one) => (key.test(one.key ?? '') && typeof one.value === 'string' ? [one.value] : []));

/** True when a key matches, whatever is kept under it. */
export const hasMeta = (meta: MetaData, key: RegExp): boolean => (meta ?? []).some((one) => key.test(one.key ?? ''));
