// Events that could not be applied and wait to be tried again, kept where neither a crash nor time can lose them.
import { keys } from './keys.ts';
import { allItems, deleteItem, type Item, putItem, type Table } from './table.ts';

export interface Retry {
  readonly eventId: string;
  /** How often it has failed; while it is being tried, this time included. */
  readonly failures: number;
  /** When it is tried again, in ms. */
  readonly dueAt: number;
}

const itemOf = (retry: Retry): Item => ({ ...keys.retry(retry.eventId), v: 1, ...retry });

const asSeen = ({ dueAt }: Retry) => ({ expression: 'dueAt = :seen', values: { ':seen': dueAt } });

/** Puts an event into the queue, over whatever waits there of it. */
export const enqueueRetry = (table: Table, retry: Retry): Promise<boolean> => putItem(table, itemOf(retry));

/** Moves an entry on before its event is tried; false when somebody else did. */
export const takeUpRetry = (table: Table, seen: Retry, next: Retry): Promise<boolean> =>
  putItem(table, itemOf(next), asSeen(seen));

/** Takes an event out of the queue, unless its entry has been moved on since. */
export const dropRetry = (table: Table, seen: Retry): Promise<boolean> =>
  deleteItem(table, keys.retry(seen.eventId), asSeen(seen));

/** What is due at an instant, the longest due first. */
export const dueRetries = async (table: Table, now: number): Promise<Retry[]> => {
  // A moment's staleness costs a look in vain or a round's delay: whoever takes an entry up holds it against the table.
  const partitions = keys.retryPartitions().map((partition) => allItems(table, partition, { consistent: false }));
  return (await Promise.all(partitions))
    .flat()
    .map(({ eventId, failures, dueAt }) => ({ eventId, failures, dueAt }) as Retry)
    .filter(({ dueAt }) => dueAt <= now)
    .sort((a, b) => a.dueAt - b.dueAt);
};
