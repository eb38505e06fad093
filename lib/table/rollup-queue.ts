// Roll-ups asked for and not finished yet, kept where a crash of their runner can't lose them.
import { keys } from './keys.ts';
import { allItems, deleteItem, putItem, type Table } from './table.ts';

/** Puts a roll-up into the queue; again is the same. */
export const enqueueRollup = (table: Table, rollupId: string, queuedAt: number): Promise<boolean> =>
  putItem(table, { ...keys.queuedRollup(rollupId), v: 1, queuedAt });

/** Takes a roll-up that is finished, or that nobody wants, out of the queue. */
export const dequeueRollup = (table: Table, rollupId: string): Promise<boolean> =>
  deleteItem(table, keys.queuedRollup(rollupId));

/** The ids of the roll-ups in the queue. */
export const queuedRollups = async (table: Table): Promise<string[]> =>
  (await allItems(table, keys.rollupQueue())).map(({ sk }) => sk);
