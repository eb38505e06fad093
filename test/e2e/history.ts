// A shop's past of thousands of lines, as another tool would export it: every figure follows from a line's number.
import type { Call, Reply } from './client.ts';

export interface Imported {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly line: number; readonly code: string; readonly message: string }[];
}

const HOUR_MS = 3_600_000;
/** The history's span, in days. */
const SPAN_DAYS = 60;

export const iso = (at: number) => new Date(at).toISOString();

/** One object a line. */
const ndjson = (lines: readonly unknown[]): string => `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;

/** Sends lines, and insists on an answer for each of them. */
export const sendLines = async (api: Call, kind: string, lines: readonly unknown[]): Promise<Imported> => {
  const type = { 'content-type': 'application/x-ndjson' };
  const reply: Reply<Imported> = await api('POST', `/v1/imports/${kind}`, ndjson(lines), type);
  if (reply.status !== 200) throw new Error(`imports/${kind}: ${reply.status} ${reply.text.slice(0, 300)}`);
  return reply.json;
};

/** When the number-th of so many happened, in a history that ends two days before `now`. */
const happenedAt = (number: number, of: number, now: number): number =>
  now - 2 * 24 * HOUR_MS - Math.round(((of - number) / of) * SPAN_DAYS * 24 * HOUR_MS);

/** The visitor who clicks and buys in a line: four in a row are the same. */
const visitorOf = (number: number) => `visitor-${Math.floor(number / 4)}`;

/** A click an hour before the order of the same number. */
export const clickLine = (number: number, of: number, now: number, slug: string) => ({
  slug,
  at: iso(happenedAt(number, of, now) - HOUR_MS),
  externalId: `click-${number}`,
  visitorId: visitorOf(number),
  referrer: 'https://www.instagram.com/p/1',
  country: 'us',
});

/** What an order of that number takes in: 60.00 and as many cents, less 5.00. */
export const netOf = (number: number): number => 6_000 + (number % 1_000) - 500;

/** An order whose visitor clicked; one in ten is given back for 10.00. */
export const orderLine = (number: number, of: number, now: number, storeId: string) => ({
  storeId,
  externalId: `order-${number}`,
  name: `#${number}`,
  placedAt: iso(happenedAt(number, of, now)),
  currency: 'USD',
  itemsTotal: netOf(number) + 500,
  discounts: 500,
  shipping: 490,
  tax: 310,
  units: 2,
  lines: [{ id: '1', sku: 'P-1', title: 'Protein', quantity: 2, price: 3_000, discount: 500, tax: 310 }],
  customer: { id: `c${number}`, email: `c${number}@example.com` },
  visitorId: visitorOf(number),
  ...(number % 10 === 0 && {
    refunds: [{ externalId: `r${number}`, amount: 1_000, refundedAt: iso(happenedAt(number, of, now) + HOUR_MS) }],
  }),
});

/** A customer who is known since before the history begins. */
export const customerLine = (number: number, now: number) => ({
  email: `c${number}@example.com`,
  firstOrderAt: iso(now - (SPAN_DAYS + 30) * 24 * HOUR_MS),
});
