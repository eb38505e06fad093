// Texts of a payload that are kept for people to read: cut to a length that an item has room for.
import * as z from 'zod';

/** The text's first characters; never half of a surrogate pair, which has no UTF-8. */
export const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : text.slice(0, longest).toWellFormed();

/** A text that only informs: too long, it is cut and never a reason to refuse a sale. */
export const cutText = (longest: number) => z.string().transform((text) => cut(text, longest));

/** The longest texts kept of an order, in characters. */
export const LONGEST = {
  id: 255,
  name: 255,
  title: 500,
  sku: 255,
  code: 255,
  collection: 255,
  channel: 100,
  tag: 100,
} as const;

/** The most of each list that an order may have: a longer one is no order that a shop took. */
export const MOST = { lines: 5_000, codes: 100, collections: 100, tags: 50 } as const;
