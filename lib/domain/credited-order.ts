// An order with who it is credited to, and what of it counts in a row of sales.
import type { DirectAttribution } from './attribution/direct.ts';
import type { FoldedOrder } from './orders/fold.ts';
import type { LedgerEntry } from './orders/ledger.ts';
import { emptySales, type SalesFigures } from './report-rows.ts';

/** An order with who it is credited to. */
export interface CreditedOrder {
  readonly orderId: string;
  readonly storeId: string;
  readonly fold: Omit<FoldedOrder, 'entries'>;
  /** All of its ledger, whatever day each entry is of. */
  readonly entries: readonly LedgerEntry[];
  readonly owner: DirectAttribution['owner'];
  readonly conflict: boolean;
  readonly customer: 'new' | 'returning' | 'unknown';
  /** Why nobody is credited. */
  readonly reason: string | null;
  /** Whether a creator whose link or code led to the order is its customer. */
  readonly selfPurchase: boolean;
}

/** Figures that move money: what a sale, its restatement or an entry adds to a row. */
export interface Movement {
  readonly orders: number;
  readonly units: number;
  readonly gross: number;
  readonly discounts: number;
  readonly refunds: number;
}

export const netOf = (movement: Movement): number => movement.gross - movement.discounts - movement.refunds;

/**
 * What a movement of the order's is in a row. An exchange brings money and is no order, nor anybody's first: its
 * customer bought before. A renewal stands beside the sales, and a gift is none.
 */
export const salesOf = (order: CreditedOrder, movement: Movement): SalesFigures => {
  const net = netOf(movement);
  if (order.fold.kind === 'gift') return emptySales();
  if (order.fold.kind === 'renewal') {
    return { ...emptySales(), renewalOrders: movement.orders, renewalNetRevenue: net };
  }
  const orders = order.fold.kind === 'exchange' ? 0 : movement.orders;
  // Held against the clicks of the row's campaign, so a click of another campaign's link is no click here.
  const { owner } = order;
  const byClick = owner !== null && owner.linkId !== null && owner.clickCampaignId === owner.campaignId;
  return {
    ...emptySales(),
    orders,
    codeOnlyOrders: owner && !byClick ? orders : 0,
    clickOrders: byClick ? orders : 0,
    newCustomers: order.customer === 'new' ? orders : 0,
    unknownCustomers: order.customer === 'unknown' ? orders : 0,
    units: movement.units,
    grossRevenue: movement.gross,
    discounts: movement.discounts,
    refunds: movement.refunds,
    netRevenue: net,
  };
};
