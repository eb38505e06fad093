// Orders that go back to an earlier one, found from that one: a renewal or an exchange names its parent, never the reverse.
import { fingerprint } from '../platform/ids.ts';
import { keys } from './keys.ts';
import { allItems, deleteItem, putItem, type Table } from './table.ts';

/** An order as the one it goes back to, or the subscription it is of, holds it. */
export interface Follower {
  readonly orderId: string;
  /** When it was placed, for while it is not written itself. */
  readonly placedAt: number;
  /** Set where it is no follower but what its subscription may have begun with. */
  readonly begins?: true;
}

/** Where the orders of a subscription are noted, as followers of an order are under its id: of it no order is known yet. */
export const subscriptionPlace = (storeId: string, subscriptionId: string): string =>
  `sub_${fingerprint(storeId, subscriptionId)}`;

/** Notes that an order goes back to another, known or not, or is of a subscription; again is the same. Who reads it looks. */
export const recordFollower = (table: Table, place: string, follower: Follower): Promise<boolean> =>
  putItem(table, { ...keys.follower(place, follower.orderId), v: 1, ...follower });

/** Takes the note back: the person it would lead to is erased. */
export const forgetFollower = (table: Table, place: string, orderId: string): Promise<boolean> =>
  deleteItem(table, keys.follower(place, orderId));

/** The orders noted under an order or a subscription; most have none. */
export const followersOf = async (table: Table, place: string): Promise<Follower[]> =>
  (await allItems(table, keys.followersPartition(place))).map(
    ({ orderId, placedAt, begins }) => ({ orderId, placedAt, ...(begins === true && { begins }) }) as Follower,
  );
