// What a shop can tell us about an order, in one vocabulary whatever the platform: the input of the fold.

/** One line of an order. Money is the line's, in minor units of the order's currency. */
export interface OrderLine {
  readonly id: string;
  readonly sku: string | null;
  readonly productId: string | null;
  readonly title: string | null;
  readonly collections: readonly string[];
  readonly quantity: number;
  /** Price of one unit before discounts. */
  readonly price: number;
  /** Price of the whole line before discounts, where it is not exactly price x quantity. */
  readonly gross?: number;
  /** Discount on the whole line. */
  readonly discount: number;
  /** Tax on the whole line. */
  readonly tax: number;
  /** A gift card sold is a liability, not revenue: such lines are kept but never counted. */
  readonly giftCard: boolean;
  readonly subscription: boolean;
}

/** A refund, or the part of one that the shop has told us. Amounts are positive minor units. */
export interface Refund {
  /** The shop's own id of the refund: the same refund told twice is one refund. */
  readonly id: string;
  readonly refundedAt: number;
  /** The items' part: what net revenue loses. */
  readonly items: number;
  readonly shipping: number;
  readonly tax: number;
  readonly lines: readonly RefundLine[];
  /**
   * Set when the lines' amounts contain their tax if the order's prices do, which a refund alone does not say
   * (Shopify): the fold takes that tax out of `items` once a snapshot says that prices include it.
   */
  readonly mayIncludeTax?: boolean;
  /** Set when `items` is the shop's own word for what revenue loses, so that no gift card in `lines` is part of it. */
  readonly itemsOnly?: boolean;
  /**
   * Set when `items` is all the money that went back, which the shop does not divide: it is taken from the items first,
   * then from shipping, then from tax.
   */
  readonly undivided?: boolean;
  /**
   * Set when `items` is all that went back so far of this payment (Stripe's `amount_refunded`): what this refund adds
   * is the difference to the one told before it.
   */
  readonly runningTotalOf?: string;
  /**
   * Set when the shop does not say when: `refundedAt` is then when it had last changed the order, and of all tellings
   * the earliest stands.
   */
  readonly approximateTime?: boolean;
  /**
   * Set when `items` is all that went back so far of the order, by whatever refunds (a shop's export): it counts as far as
   * those told by themselves do not explain it.
   */
  readonly wholeSoFar?: true;
}

export interface RefundLine {
  readonly lineId: string;
  readonly quantity: number;
  readonly amount: number;
  readonly tax: number;
}

/** A payment that the buyer's bank took back, or means to. */
export interface Dispute {
  /** The shop's own id of the dispute: told again, it is the same one. */
  readonly id: string;
  /** When the bank took the money, in ms. */
  readonly openedAt: number;
  /** What it took, all in all, in minor units: from the items first, then from shipping, then from tax. */
  readonly amount: number;
  /** When the bank gave it back because the shop won; null while it has not. */
  readonly reversedAt: number | null;
}

/** A discount code as the order carries it; `amount` is the money it took off, null when the shop does not say. */
export interface UsedCode {
  readonly code: string;
  readonly amount: number | null;
}

export type OrderKind = 'sale' | 'renewal' | 'exchange' | 'gift';
/** A gift is given and a renewal stands beside the sales: neither is an order or a new customer in the sale figures. */
export const isSale = (kind: OrderKind): boolean => kind === 'sale' || kind === 'exchange';

export type PaymentState = 'pending' | 'paid' | 'failed';

/** The whole order as the shop saw it at `updatedAt`. */
export interface OrderSnapshot {
  readonly type: 'snapshot';
  /** When the shop last changed the order; a snapshot with an older one never overrides a newer. */
  readonly updatedAt: number;
  readonly name: string | null;
  readonly placedAt: number;
  /** Set when this telling only comes near `placedAt` (a session's beginning): one that knows it stands. */
  readonly placedAtGuessed?: boolean;
  readonly currency: string;
  /** Item prices before discounts, gift cards sold left out. */
  readonly gross: number;
  readonly discounts: number;
  readonly shipping: number;
  readonly tax: number;
  readonly units: number;
  readonly lines: readonly OrderLine[];
  readonly codes: readonly UsedCode[];
  readonly clickId: string | null;
  /** Of an imported order: the visitor, as another tool knew them and hashed, whose imported clicks led to it. */
  readonly visitor?: string;
  /** Keyed hashes that tie a customer's orders together; never the name, e-mail or id itself. */
  readonly customerKeys: readonly string[];
  readonly payment: PaymentState;
  readonly test: boolean;
  readonly draft: boolean;
  readonly kind: OrderKind;
  readonly channel: string;
  readonly cancelledAt: number | null;
  /** The shop's prices include tax; money here is without it, except in refunds that say they may include it. */
  readonly pricesIncludeTax?: boolean;
  /** Refunds embedded in the order; merged by id with those told on their own. */
  readonly refunds: readonly Refund[];
  /** Where it is sent, else billed: ISO 3166-1 alpha-2, upper case. Nothing more of an address is ever kept. */
  readonly country?: string;
  /** The shop's own labels on the order, which a merchant's gift rules may name. */
  readonly tags?: readonly string[];
  /** Of a subscription's order: which subscription, and which order of it, the first being 1. */
  readonly subscriptionId?: string;
  readonly renewalNumber?: number;
  /** The shop's id of the order that a renewal or an exchange goes back to. */
  readonly parentExternalId?: string;
  /** How often items of it were exchanged so far: a telling that says more than the one before changed by an exchange. */
  readonly exchanges?: number;
  /** Set when somebody entered the order by hand: why. */
  readonly manualReason?: string;
  /** Set when the shop tells with it that it brought the order back: revocable cancellations are taken back. */
  readonly restored?: boolean;
}

/** A cancellation told on its own, without the order. */
interface Cancellation {
  readonly type: 'cancellation';
  readonly cancelledAt: number;
  /** Set when the shop can take it back, and tells no time: `cancelledAt` is when it reached us (WooCommerce's trash). */
  readonly revocable?: boolean;
  /** Set when somebody cancelled an order that was entered by hand: why. */
  readonly manualReason?: string;
}

/** A refund told on its own, perhaps before the order it belongs to. */
interface RefundTold {
  readonly type: 'refund';
  readonly refund: Refund;
}

/** A dispute as it stands at `toldAt`; the newest telling of it stands. */
interface DisputeTold {
  readonly type: 'dispute';
  readonly toldAt: number;
  readonly dispute: Dispute;
}

export type OrderEvent = OrderSnapshot | Cancellation | RefundTold | DisputeTold;

/** An order event with the identity it was received under. */
export interface ReceivedOrderEvent {
  readonly id: string;
  readonly topic: string;
  readonly receivedAt: number;
  readonly event: OrderEvent;
}
