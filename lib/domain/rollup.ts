// The shape of a day's roll-up: one row for each creator, campaign, link, code and store that had something happen.
import type { Day } from './days.ts';
import type { SalesFigures, TrafficFigures } from './report-rows.ts';

/** What a row is about; a null creator holds what nobody is credited with. */
export interface RowKey {
  readonly creatorId: string | null;
  readonly campaignId: string | null;
  readonly linkId: string | null;
  readonly codeId: string | null;
  readonly storeId: string | null;
}

export interface RollupRow extends RowKey {
  readonly traffic: TrafficFigures | null;
  /** By the order's day, restated when a refund comes later. */
  readonly booked: SalesFigures | null;
  /** Every ledger entry on the day it happened. */
  readonly settled: SalesFigures | null;
}

/** Who an order placed on the day is credited to, under the `direct` model. */
export interface OrderCredit {
  readonly orderId: string;
  readonly creatorId: string | null;
  readonly campaignId: string | null;
  readonly linkId: string | null;
  readonly codeId: string | null;
  readonly conflict: boolean;
  /** Why nobody was credited. */
  readonly reason: string | null;
  /** Set when a creator whose link or code led to the order is its customer. */
  readonly selfPurchase?: true;
}

/** A store's own figures, summed from its orders and never from credited rows: what the rows must add up to. */
export interface StoreTotals {
  readonly storeId: string;
  readonly bookedNetRevenue: number;
  readonly bookedOrders: number;
  readonly settledNetRevenue: number;
  readonly settledOrders: number;
  readonly conflicts: number;
}

export interface DayRollup {
  readonly rows: readonly RollupRow[];
  readonly credits: readonly OrderCredit[];
  readonly stores: readonly StoreTotals[];
}

export interface RollupHeader {
  readonly day: Day;
  /** When the run that computed it began to read. */
  readonly startedAt: number;
  readonly computedAt: number;
  readonly clickRules: string;
  readonly attributionRules: string;
}
