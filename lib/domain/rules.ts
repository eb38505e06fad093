// Attribution rules over time: which version was in force for an order's day, for a merchant or a campaign.
import type { AttributionRules } from './attribution/direct.ts';
import { type Day, dayOf } from './days.ts';
import type { CampaignData, MerchantData, RuleVersion } from './entities.ts';
import { type GiftRulesAt, noGiftRules } from './orders/kind.ts';

/** What a merchant starts with. */
export const DEFAULT_RULES = { lookbackDays: 30, conflictPolicy: 'code_first', halfLifeDays: 7 } as const;

/** The version in force on a day: the last that began by then, else the first there is. */
const inForce = <V extends { readonly from: Day }>(versions: readonly V[], day: Day): V | undefined =>
  versions.findLast((version) => version.from <= day) ?? versions[0];

/** The merchant's rules of a day. */
export const merchantRules = (merchant: Pick<MerchantData, 'rules'>, day: Day): RuleVersion => {
  const rules = inForce(merchant.rules, day);
  if (!rules) throw new Error('a merchant always has rules');
  return rules;
};

/** The merchant's rules of a day with a campaign's overrides of that day, named after both. */
export const rulesOn = (
  merchant: Pick<MerchantData, 'rules'>,
  campaign: Pick<CampaignData, 'rules'> | undefined,
  day: Day,
): AttributionRules => {
  const base = merchantRules(merchant, day);
  const override = campaign?.rules.findLast((version) => version.from <= day);
  return {
    version: override ? `${base.id}+${override.id}` : base.id,
    lookbackDays: override?.lookbackDays ?? base.lookbackDays,
    conflictPolicy: override?.conflictPolicy ?? base.conflictPolicy,
  };
};

/**
 * Which of a merchant's orders are gifts: by the rules in force when an order was placed. An order is told of again and
 * again, so rules set in the middle of a day must not name one that was placed, and counted, before.
 */
export const giftRulesOf =
  ({ giftOrders = [], timeZone }: Pick<MerchantData, 'giftOrders' | 'timeZone'>): GiftRulesAt =>
  (placedAt) =>
    giftOrders.findLast(({ from, since }) => from <= dayOf(placedAt, timeZone) && (since ?? placedAt) <= placedAt) ??
    noGiftRules(placedAt);

/** Adds a version in force from `from` on; one of the same day is replaced, history stays. */
export const withRules = <V extends { readonly from: Day }>(versions: readonly V[], next: V): V[] => [
  ...versions.filter((version) => version.from < next.from),
  next,
];
