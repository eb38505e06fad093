// The order that follows from what is known of it, and how it differs from the one that is stored: pure.
import { isDeepStrictEqual } from 'node:util';
import type { MerchantData } from '../domain/entities.ts';
import { countsForCustomer, type FoldedOrder } from '../domain/orders/fold.ts';
import type { LedgerEntry } from '../domain/orders/ledger.ts';
import { foldWithoutPerson } from '../domain/orders/without-person.ts';
import { notedAfter } from '../table/folded-events.ts';
import { entriesInState } from '../table/ledger-entries.ts';
import type { OrderPartition, StoredOrder } from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';

/** Which order, of which shop. */
export interface OrderIdentity {
  readonly id: string;
  readonly storeId: string;
  readonly externalId: string;
}

export interface OrderAfter {
  /** As its events tell it, one version after the one that is stored. */
  readonly order: StoredOrder;
  readonly entries: readonly LedgerEntry[];
  /** Events, by their part of the event id, that the stored state says are applied and this one has no room for. */
  readonly crowdedOut: readonly string[];
  /** What is stored says all of it already, but for which events it was folded from. */
  readonly unchanged: boolean;
  /** No day's figures follow differently from it than from what is stored. */
  readonly sameFigures: boolean;
  /** It counts for who is new and did not before, or the other way round; one without a state did not. */
  readonly countsOtherwise: boolean;
}

const byId = (entries: readonly LedgerEntry[]) => entries.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** Equal as stored: DynamoDB keeps neither the order of attributes nor what is undefined. */
const sameStored = (stored: unknown, fresh: unknown) => isDeepStrictEqual(stored, JSON.parse(JSON.stringify(fresh)));

/** What figures follow from: all but the order's name and when it was last heard of. */
const figuresOf = ({ name: _name, updatedAt: _updatedAt, ...rest }: StoredOrder['fold']) => rest;

/** Holds an order, as everything known of it is folded and booked, against what is stored. */
export const orderAfter = (
  before: OrderPartition,
  identity: OrderIdentity,
  merchant: Pick<StoredRecord<MerchantData>, 'id'>,
  folded: FoldedOrder,
): OrderAfter => {
  const known = before.order;
  const { entries, ...fold } = folded;
  const firstHeard = Math.min(...before.events.map(({ receivedAt }) => receivedAt));
  const { noted, crowdedOut } = notedAfter(known, before.unsettled);
  const order: StoredOrder = {
    ...identity,
    merchantId: merchant.id,
    listedAt: fold.placedAt ?? firstHeard,
    version: (known?.version ?? 0) + 1,
    fold,
    entries: entriesInState(before, entries),
    folded: noted,
    ...(before.erasure && { erased: before.erasure }),
    ...(before.isReturning && ({ returning: true } as const)),
  };
  const sameErasure =
    (known?.erased === undefined) === (before.erasure === undefined) &&
    (known?.returning === true) === before.isReturning;
  // Its credit is kept as it was, so that nothing counts differently without the person.
  const figuresKnown = ({ fold: told }: StoredOrder) => figuresOf(before.erasure ? foldWithoutPerson(told) : told);
  const sameEntries = sameStored(byId(before.entries), byId(entries));
  return {
    order,
    entries,
    crowdedOut,
    unchanged: known !== undefined && sameEntries && sameStored(known.fold, fold) && sameErasure,
    sameFigures: known !== undefined && sameEntries && sameStored(figuresKnown(known), figuresOf(fold)),
    countsOtherwise: (known !== undefined && countsForCustomer(known.fold)) !== countsForCustomer(fold),
  };
};
