// Days whose roll-up no longer agrees with the facts. A mark is set before the fact is written, so a crash between
// the two costs a recomputation and never a wrong number.
import type { Day } from '../domain/days.ts';
import { keys } from './keys.ts';
import { deleteItem, type Item, putItem, queryItems, type Table } from './table.ts';

export interface DirtyMark {
  readonly merchantId: string;
  readonly from: Day;
  readonly to: Day;
  readonly markedAt: number;
}

/**
 * No writer lives longer than a minute between its mark and its fact, and a process may lean on a mark of its own that
 * is up to 20 s old: a run that began later than both has seen the fact.
 */
export const WRITER_LIFE_MS = 80_000;

/** Marks a range of days (one item, however many). */
export const markDirty = (table: Table, mark: DirtyMark): Promise<boolean> =>
  putItem(table, { ...keys.dirtyDays(mark.merchantId, mark.from, mark.to), v: 1, ...mark });

/** Sets a mark with an earlier time than now; one that is there already, set since, stays as it is. */
export const markDirtySince = (table: Table, mark: DirtyMark): Promise<boolean> =>
  putItem(
    table,
    { ...keys.dirtyDays(mark.merchantId, mark.from, mark.to), v: 1, ...mark },
    { expression: 'attribute_not_exists(pk) OR markedAt < :mine', values: { ':mine': mark.markedAt } },
  );

/** Whether a run that began at `runStartedAt` has seen whatever the mark was set for. */
export const isCovered = ({ markedAt }: DirtyMark, runStartedAt: number): boolean =>
  runStartedAt - markedAt > WRITER_LIFE_MS;

/** Clears a mark after a run that began at `runStartedAt`, unless it was set again or too shortly before. */
export const clearMark = async (table: Table, mark: DirtyMark, runStartedAt: number): Promise<boolean> => {
  if (!isCovered(mark, runStartedAt)) return false;
  return deleteItem(table, keys.dirtyDays(mark.merchantId, mark.from, mark.to), {
    expression: 'markedAt = :seen',
    values: { ':seen': mark.markedAt },
  });
};

/** The mark of an item, without the item's own keys: written again for other days, it has others. */
const markOf = ({ merchantId, from, to, markedAt }: Item): DirtyMark =>
  ({ merchantId, from, to, markedAt }) as DirtyMark;

/** One merchant's marks. */
export const dirtyDaysOf = async (table: Table, merchantId: string): Promise<DirtyMark[]> => {
  const items = queryItems(table, keys.dirtyPartition(merchantId), { startsWith: `${merchantId}#` });
  return (await Array.fromAsync(items)).map(markOf);
};

/** Every merchant's marks: who has news at all. */
export const allDirtyDays = async (table: Table): Promise<DirtyMark[]> => {
  const partitions = keys.dirtyPartitions().map((partition) => Array.fromAsync(queryItems(table, partition)));
  return (await Promise.all(partitions)).flat().map(markOf);
};
