// Stripe's amounts as ours: which minor units it counts in, and an order's parts with tax taken out of its prices.
import type { NormaliseOptions } from './connector.ts';
import type { StripeShippingCost } from './stripe-shapes.ts';

/**
 * Where Stripe counts otherwise than ISO 4217: two decimals of currencies that have none, and ariary without the fifths
 * that nobody uses. https://docs.stripe.com/currencies#special-cases
 */
const STRIPE_EXPONENTS: ReadonlyMap<string, number> = new Map([
  ['ISK', 2],
  ['UGX', 2],
  ['MGA', 0],
]);

/** ISO 4217 minor units of an amount as Stripe writes it. */
export type ToMinorUnits = (amount: number) => number;

/** How amounts of a currency (ISO 4217, upper case) are read; undefined for what is none. */
export const minorUnitsOf = (
  currency: string,
  exponentOf: NormaliseOptions['exponentOf'],
): ToMinorUnits | undefined => {
  const exponent = exponentOf(currency);
  if (exponent === undefined) return undefined;
  const shift = exponent - (STRIPE_EXPONENTS.get(currency) ?? exponent);
  // Divided rather than multiplied by a fraction: that would round where nothing needs rounding.
  return shift < 0 ? (amount) => Math.round(amount / 10 ** -shift) : (amount) => amount * 10 ** shift;
};

/** What a session or an invoice says of its money, in Stripe's minor units. */
export interface StripeTotals {
  /** The items before discounts, with those taxes that prices include. */
  readonly subtotal: number;
  /** What is charged, all in all. */
  readonly total: number;
  readonly discounts: number;
  /** All taxes, those on shipping too, included in prices or not. */
  readonly tax: number;
  /** What shipping costs, where that is all that is said of it. */
  readonly shipping: number;
  readonly shippingCost: StripeShippingCost;
}

const between = (low: number, value: number, high: number): number => Math.max(low, Math.min(value, high));

/**
 * The parts of an order in our minor units, each without tax but `tax`: gross - discounts + shipping + tax is the total.
 * A total that is less than the parts with their taxes says by how much the prices include them, and gross is the
 * subtotal less that; discounts stay as Stripe shows them. An invoice's subtotal may lack what was taken off single
 * items: the same equation adds it again.
 */
export const partsOf = (totals: StripeTotals, toMinor: ToMinorUnits) => {
  const cost = totals.shippingCost;
  const shippingTax = toMinor(cost?.amount_tax ?? 0);
  const shown = toMinor(cost?.amount_subtotal ?? totals.shipping);
  const includedInShipping = cost ? between(0, shown + shippingTax - toMinor(cost.amount_total), shippingTax) : 0;
  const [discounts, tax] = [toMinor(totals.discounts), toMinor(totals.tax)];
  const shipping = shown - includedInShipping;
  const gross = Math.max(0, toMinor(totals.total) - tax - shipping + discounts);
  const pricesIncludeTax = tax > 0 && gross < toMinor(totals.subtotal);
  return { gross, discounts, shipping, tax, ...(pricesIncludeTax && { pricesIncludeTax }) };
};
