// A store's own figures of a day, summed from its orders and never from credited rows: what the rows must add up to.
import { type CreditedOrder, type Movement, netOf } from './credited-order.ts';
import { convertBy } from './fx.ts';
import { bookedOf } from './orders/booking.ts';
import { isSale } from './orders/events.ts';
import { type LedgerEntry, lineGross } from './orders/ledger.ts';
import type { StoreParts, StoreTotals } from './rollup.ts';

type Basis = 'booked' | 'settled';

/** A movement with what else was paid. */
export interface StoreMovement extends Movement {
  readonly shipping: number;
  readonly tax: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type MutableTotals = Mutable<Omit<StoreTotals, Basis>> & Record<Basis, Mutable<StoreParts>>;

const freshTotals = (storeId: string): MutableTotals => ({
  storeId,
  bookedNetRevenue: 0,
  bookedOrders: 0,
  settledNetRevenue: 0,
  settledOrders: 0,
  conflicts: 0,
  booked: {},
  settled: {},
});

/** What gift cards on the order were sold for, in the merchant's currency. */
const giftCardsOf = ({ fold }: CreditedOrder): number => {
  const cards = fold.lines.filter(({ giftCard }) => giftCard);
  const own = cards.reduce((sum, line) => sum + lineGross(line) - line.discount, 0);
  return fold.fx ? convertBy(fold.fx, own) : own;
};

const partsOfMovement = (order: CreditedOrder, movement: StoreMovement): StoreParts => {
  const { kind } = order.fold;
  if (kind === 'renewal') return { renewalOrders: movement.orders, renewalNetRevenue: netOf(movement) };
  const { shipping, tax } = movement;
  if (kind === 'sale') return { shipping, tax };
  return { shipping, tax, exchangeOrders: movement.orders, exchangeNetRevenue: netOf(movement) };
};

/** What an order placed on the day is counted as besides, by how it stands now. */
const partsOfPlaced = (order: CreditedOrder): StoreParts => {
  const { state, kind, sale } = order.fold;
  if (state === 'test') return { testOrders: 1 };
  if (state === 'fx_missing') return { fxMissingOrders: 1 };
  if (state === 'cancelled' && sale !== null && kind !== 'gift') return { cancelledOrders: 1 };
  if (state !== 'paid') return {};
  if (kind === 'gift') return { giftOrders: 1, giftNetRevenue: bookedOf(order.fold).net };
  return isSale(kind) ? { giftCardsSold: giftCardsOf(order) } : {};
};

const addParts = (to: Mutable<StoreParts>, parts: StoreParts): void => {
  for (const [name, amount] of Object.entries(parts) as [keyof StoreParts, number][]) {
    if (amount !== 0) to[name] = (to[name] ?? 0) + amount;
  }
};

/** Parts that came to nothing, as a sale and its cancellation on one day do, are left out like those that never were. */
const withoutZeros = (parts: StoreParts): StoreParts =>
  Object.fromEntries(Object.entries(parts).filter(([, amount]) => amount !== 0));

const presented = ({ booked, settled, ...totals }: MutableTotals): StoreTotals => {
  const parts = { booked: withoutZeros(booked), settled: withoutZeros(settled) };
  const told = Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0);
  return { ...totals, ...Object.fromEntries(told) };
};

const takenByBank = ({ type, refunds }: LedgerEntry): number =>
  type === 'chargeback' || type === 'chargeback_reversal' ? refunds : 0;

/** What an entry adds to what banks have of an order. A cancellation takes all of it back, be it told before or after. */
const takenBackBy = (entry: LedgerEntry, { entries }: CreditedOrder): number =>
  entry.type === 'cancellation' ? entries.reduce((left, one) => left - takenByBank(one), 0) : takenByBank(entry);

/** Collects a day's totals by store. */
export const createStoreTotals = () => {
  const stores = new Map<string, MutableTotals>();
  const totalsOf = ({ storeId }: CreditedOrder): MutableTotals => {
    const totals = stores.get(storeId) ?? freshTotals(storeId);
    stores.set(storeId, totals);
    return totals;
  };
  return {
    addPlaced: (order: CreditedOrder): void => {
      const { state, kind } = order.fold;
      const parts = partsOfPlaced(order);
      if (Object.keys(parts).length > 0) addParts(totalsOf(order).booked, parts);
      // An exchange stands as its parent does, whose conflict is counted already.
      if (order.conflict && state === 'paid' && kind === 'sale') totalsOf(order).conflicts += 1;
    },
    addMovement: (basis: Basis, order: CreditedOrder, movement: StoreMovement): void => {
      const { kind } = order.fold;
      if (kind === 'gift') return;
      const totals = totalsOf(order);
      addParts(totals[basis], partsOfMovement(order, movement));
      if (!isSale(kind)) return;
      totals[`${basis}NetRevenue`] += netOf(movement);
      if (kind === 'sale') totals[`${basis}Orders`] += movement.orders;
    },
    /** What a bank took back, or returned, is told apart from what the shop gave back by itself. */
    addEntry: (order: CreditedOrder, entry: LedgerEntry): void => {
      if (order.fold.kind !== 'gift') addParts(totalsOf(order).settled, { chargebacks: takenBackBy(entry, order) });
    },
    done: (): StoreTotals[] => [...stores.values()].map(presented).sort((a, b) => (a.storeId < b.storeId ? -1 : 1)),
  };
};
