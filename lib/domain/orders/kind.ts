// What kind of order it is: a sale, or what a shop sends through its checkout without selling it.
import { foldCode } from '../codes.ts';
import type { OrderKind, OrderSnapshot } from './events.ts';

/** Which orders a merchant gives away: those with one of these labels or codes, in any case. */
export interface GiftRules {
  readonly tags: readonly string[];
  readonly codes: readonly string[];
}

const NO_RULES: GiftRules = { tags: [], codes: [] };

/** The rules that hold for an order placed at an instant. */
export type GiftRulesAt = (placedAt: number) => GiftRules;

export const noGiftRules: GiftRulesAt = () => NO_RULES;

/** Whether the rules call an order a gift by its labels or codes. */
export const isNamed = (rules: GiftRules, { tags = [], codes }: OrderSnapshot): boolean => {
  const giftTags = new Set(rules.tags.map(foldCode));
  const giftCodes = new Set(rules.codes.map(foldCode));
  return tags.some((tag) => giftTags.has(foldCode(tag))) || codes.some(({ code }) => giftCodes.has(foldCode(code)));
};

/** Nothing is left to pay for its items. A gift card sold is paid for, though it is no revenue. */
const isFree = ({ gross, discounts, lines }: OrderSnapshot): boolean =>
  gross - discounts <= 0 && !lines.some(({ giftCard }) => giftCard);

/**
 * The kind of an order by its newest telling. What the shop calls a sale is a gift when the merchant's rules name it, or
 * when it never cost anything; a sale that was edited down to nothing was a sale.
 */
export const kindOf = (snapshots: readonly OrderSnapshot[], rulesAt: GiftRulesAt): OrderKind => {
  const newest = snapshots.at(-1);
  if (newest === undefined) return 'sale';
  if (newest.kind !== 'sale') return newest.kind;
  return isNamed(rulesAt(newest.placedAt), newest) || snapshots.every(isFree) ? 'gift' : 'sale';
};
