// A dispute over a Shopify order as money that the buyer's bank took, or as nothing where it took none.
import type { Dispute } from '../domain/orders/events.ts';
import type { AmountReader } from './amounts.ts';
import { instantOf } from './instants.ts';
import type { ShopifyDispute } from './shopify-shapes.ts';

/** An instant, or a bare date: its noon in UTC falls on that date in nearly every time zone. */
const instantOrDate = (text: string | null | undefined): number | null =>
  instantOf(text) ?? (/^\d{4}-\d{2}-\d{2}$/.test(text ?? '') ? instantOf(`${text}T12:00:00Z`) : null);

/** When a dispute was last changed, by its own dates: what stands in where the delivery does not say when it was sent. */
export const disputeChangedAt = (dispute: ShopifyDispute): number | null => {
  const times = [dispute.initiated_at, dispute.evidence_sent_on, dispute.finalized_on].map(instantOrDate);
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
};

/** Ended by a refund, which is told on its own: the bank keeps nothing. */
const REFUNDED = new Set<ShopifyDispute['status']>(['charge_refunded', 'prevented']);

/** The dispute as it stands at `toldAt` (ms), in minor units of its currency. Problems go to `reader`. */
export const disputeOf = (dispute: ShopifyDispute, toldAt: number, { positive }: AmountReader): Dispute => {
  const amount = positive(dispute.amount, 'amount');
  return {
    id: dispute.id,
    openedAt: instantOf(dispute.initiated_at) ?? toldAt,
    amount: REFUNDED.has(dispute.status) ? 0 : amount,
    reversedAt: dispute.status === 'won' ? (instantOrDate(dispute.finalized_on) ?? toldAt) : null,
  };
};
