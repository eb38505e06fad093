// Orders that go back to an earlier one, found from that one: a renewal or an exchange names its parent, never the reverse.
import { keys } from './keys.ts';
import { allItems, putItem, type Table } from './table.ts';

/** An order as the one it goes back to holds it. */
export interface Follower {
  readonly orderId: string;
  /** When it was placed, for while it is not written itself. */
  readonly placedAt: number;
}

/** Notes that an order goes back to another, known or not; again is the same. Never taken back: who reads it looks. */
export const recordFollower = (table: Table, parentId: string, follower: Follower): Promise<boolean> =>
  putItem(table, { ...keys.follower(parentId, follower.orderId), v: 1, ...follower });

/** The orders that go back to this one; most have none. */
export const followersOf = async (table: Table, orderId: string): Promise<Follower[]> =>
  (await allItems(table, keys.followersPartition(orderId))).map(
    ({ orderId: id, placedAt }) => ({ orderId: id, placedAt }) as Follower,
  );
