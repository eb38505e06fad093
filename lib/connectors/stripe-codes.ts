// The codes a Stripe session or invoice was paid with: by name where it is told, else by Stripe's id of them.
import { foldCode } from '../domain/codes.ts';
import type { UsedCode } from '../domain/orders/events.ts';
import type { ToMinorUnits } from './stripe-money.ts';
import type { StripeDiscount, StripeMetadata } from './stripe-shapes.ts';
import { cut, LONGEST } from './texts.ts';

/** A text of the metadata that the merchant's own code set. */
export const metadataText = (metadata: StripeMetadata, key: string): string | null => {
  const value = metadata?.[key];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
};

/** The promotion code as shoppers type it, else its id, else the coupon's: a discount code's `externalIds` may name those. */
const nameOf = ({ promotion_code: promotion, coupon, source }: StripeDiscount): string | null => {
  if (typeof promotion === 'string') return promotion;
  return promotion?.code || promotion?.id || coupon || (source?.coupon ?? null);
};

export interface StripeDiscounts {
  /** Each with what it took off, where the sender had that expanded. */
  readonly breakdown: readonly { readonly amount: number; readonly discount: StripeDiscount }[];
  readonly discounts: readonly (StripeDiscount | null)[];
  /** What was taken off all in all, in Stripe's minor units. */
  readonly total: number;
  readonly metadata: StripeMetadata;
}

/**
 * The codes used, in Stripe's order, each once; `metadata.discount_code` last, for shops that take off the money
 * themselves. What a single discount took off is all that was taken off.
 */
export const codesOf = (
  { breakdown, discounts, total, metadata }: StripeDiscounts,
  toMinor: ToMinorUnits,
): UsedCode[] => {
  const told: readonly { readonly discount: StripeDiscount | null; readonly amount: number | null }[] =
    breakdown.length > 0
      ? breakdown
      : discounts.map((discount) => ({ discount, amount: discounts.length === 1 ? total : null }));
  const own = metadataText(metadata, 'discount_code');
  const named = [
    ...told.map(({ discount, amount }) => ({ code: discount && nameOf(discount), amount })),
    { code: own, amount: told.length === 0 && total > 0 ? total : null },
  ];
  const seen = new Set<string>();
  return named.flatMap(({ code, amount }) => {
    if (code === null || seen.has(foldCode(code))) return [];
    seen.add(foldCode(code));
    return [{ code: cut(code, LONGEST.code), amount: amount === null ? null : toMinor(amount) }];
  });
};
