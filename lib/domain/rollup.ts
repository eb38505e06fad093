// The shape of a day's roll-up: one row for each creator, campaign, link, code and store that had something happen.
import type { ClickDimension } from './clicks/dimensions.ts';
import type { Day } from './days.ts';
import type { SalesFigures, TrafficFigures } from './report-rows.ts';

/** Whose a row is; a null creator holds what nobody is credited with. */
interface RowOwner {
  readonly creatorId: string | null;
  readonly campaignId: string | null;
  readonly storeId: string | null;
}

/** What a row is about. */
export interface RowKey extends RowOwner {
  readonly linkId: string | null;
  readonly codeId: string | null;
}

interface RowSales {
  /** By the order's day, restated when a refund comes later. */
  readonly booked: SalesFigures | null;
  /** Every ledger entry on the day it happened. */
  readonly settled: SalesFigures | null;
}

export interface RollupRow extends RowKey, RowSales {
  readonly traffic: TrafficFigures | null;
}

/** Families of narrow rows: those of whole orders, and those of orders' lines by one thing each. */
export const FAMILIES = ['order', 'sku', 'product', 'collection'] as const;
export type Family = (typeof FAMILIES)[number];

/** What a narrow row is about: dimensions that are never crossed with links and codes. */
export interface NarrowKey extends RowOwner {
  readonly customerType: 'new' | 'returning' | 'unknown';
  readonly country: string | null;
  readonly channel: string;
  /** The line's SKU, product or collection; null for what belongs to none, and in the family of orders always. */
  readonly line: string | null;
}

/** What sold, by a narrow key. A click is of no product or customer of the shop's: clicks have rows of their own. */
export interface NarrowRow extends NarrowKey, RowSales {
  /** Of a product, as its newest order of the day called it. */
  readonly title?: string;
}

/** The narrow rows of a day: those of each family add up to the same sales, but for lines in several collections. */
export type NarrowRows = Readonly<Record<Family, readonly NarrowRow[]>>;

/** What was clicked, by creator, campaign and one value of a dimension of clicks; null for what is not known. */
export interface ClickRow extends Pick<RowOwner, 'creatorId' | 'campaignId'> {
  readonly value: string | null;
  readonly traffic: TrafficFigures;
}

/** The click rows of a day: those of each dimension add up to the same traffic. */
export type ClickRows = Readonly<Record<ClickDimension, readonly ClickRow[]>>;

/** Whatever rows a day has besides its main ones, each family packed by itself. */
export type AnyFamily = Family | ClickDimension;
export type FamilyRows = NarrowRows & ClickRows;

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
  /** Whether it was its customer's first; absent for one that was not paid, and in days computed before this was kept. */
  readonly customer?: 'new' | 'returning' | 'unknown';
  /** The campaign of the click, where that is another than the one credited. */
  readonly clickCampaignId?: string | null;
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
  /** What stands beside the net revenue; absent where there is none of it. */
  readonly booked?: StoreParts;
  readonly settled?: StoreParts;
}

/**
 * A store's orders that its net revenue leaves out or treats in a way of its own, and what else was paid for those in
 * it. Each is absent where it is 0. Those without a ledger (tests, gifts and the like) are booked only.
 */
export interface StoreParts {
  readonly renewalOrders?: number;
  readonly renewalNetRevenue?: number;
  /** In the net revenue, and no orders of their own. */
  readonly exchangeOrders?: number;
  readonly exchangeNetRevenue?: number;
  /** Of the orders in the net revenue, less what went back of them. */
  readonly shipping?: number;
  readonly tax?: number;
  /** What gift cards on those orders were sold for, after discounts. */
  readonly giftCardsSold?: number;
  readonly giftOrders?: number;
  /** What was paid for orders that a rule of the merchant's calls gifts. */
  readonly giftNetRevenue?: number;
  /** What buyers' banks took back, less what they returned; out of the net revenue. */
  readonly chargebacks?: number;
  readonly testOrders?: number;
  /** Those that had been paid. */
  readonly cancelledOrders?: number;
  /** Paid in a currency that no rate is known for. */
  readonly fxMissingOrders?: number;
}

export interface DayRollup {
  readonly rows: readonly RollupRow[];
  readonly credits: readonly OrderCredit[];
  readonly stores: readonly StoreTotals[];
}

/** A day as it is computed; what is read of it afterwards are its parts. */
export interface ComputedDay extends DayRollup {
  readonly narrow: NarrowRows;
  readonly clicks: ClickRows;
}

export interface RollupHeader {
  readonly day: Day;
  /** When the run that computed it began to read. */
  readonly startedAt: number;
  readonly computedAt: number;
  readonly clickRules: string;
  readonly attributionRules: string;
  /** Its clicks may be gone: traffic and credits are those of the last computation that saw them all. */
  readonly sealed?: true;
}
