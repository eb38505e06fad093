// A credit kept as it was: of an order whose clicks are gone, or whose tie to its buyer was erased.
import type { DirectAttribution } from './attribution/direct.ts';
import type { CreditedOrder } from './credited-order.ts';
import type { OrderCredit } from './rollup.ts';

/** Who an order is credited to, and how it counts, without the order. */
export type KeptCredit = Omit<OrderCredit, 'orderId'>;

type Owner = DirectAttribution['owner'];

const elsewhere = (owner: Owner) =>
  owner === null || owner.linkId === null || owner.clickCampaignId === owner.campaignId
    ? {}
    : { clickCampaignId: owner.clickCampaignId };

/** What has to be kept of a credit for the order's day to add up to the same again. */
export const keptCreditOf = (
  { owner, conflict, reason, selfPurchase }: Pick<CreditedOrder, 'owner' | 'conflict' | 'reason' | 'selfPurchase'>,
  customer: OrderCredit['customer'],
): KeptCredit => ({
  creatorId: owner?.creatorId ?? null,
  campaignId: owner?.campaignId ?? null,
  linkId: owner?.linkId ?? null,
  codeId: owner?.codeId ?? null,
  conflict,
  reason,
  ...(selfPurchase && { selfPurchase }),
  ...(customer && { customer }),
  ...elsewhere(owner),
});

/** The owner a kept credit stands for. Which click it was is not kept. */
export const ownerOf = (credit: KeptCredit): Owner => {
  const { creatorId, campaignId, linkId, codeId, clickCampaignId = campaignId } = credit;
  if (creatorId === null) return null;
  const instrument = codeId === null ? 'click' : 'code';
  return { creatorId, campaignId, linkId, codeId, clickCampaignId, instrument, clickId: null };
};
