// Answers kept for requests that carry an Idempotency-Key, so that a repeat gets the first one's answer.
import { keys } from './keys.ts';
import { deleteItem, getItem, NOT_THERE, putItem, type Table } from './table.ts';

export interface IdempotencyRecord {
  readonly bodyHash: string;
  /** Seeds the ids of what the request makes: a retry after a crash makes the same things, not more. */
  readonly seed: string;
  readonly startedAt: number;
  /** The first answer, sealed; null while the first request is running. */
  readonly answer: string | null;
}

const RETENTION_MS = 24 * 3_600_000;
/** A request that has run longer than this has died; a repeat may take its place. */
const RUNNING_MS = 60_000;

export interface IdempotencyName {
  readonly owner: string;
  readonly route: string;
  readonly keyHash: string;
}

const itemOf = (name: IdempotencyName, record: IdempotencyRecord) => ({
  ...keys.idempotency(name.owner, name.route, name.keyHash),
  v: 1,
  ...record,
  expires: Math.ceil((record.startedAt + RETENTION_MS) / 1000),
});

/** Starts a request under its key: either it is the first (`mine`), or what the first has left is answered. */
export const beginRequest = async (
  table: Table,
  name: IdempotencyName,
  fresh: IdempotencyRecord,
): Promise<{ readonly mine: IdempotencyRecord } | { readonly theirs: IdempotencyRecord }> => {
  for (;;) {
    if (await putItem(table, itemOf(name, fresh), NOT_THERE)) return { mine: fresh };
    const held = (await getItem(table, keys.idempotency(name.owner, name.route, name.keyHash))) as
      | (IdempotencyRecord & Record<string, unknown>)
      | undefined;
    if (!held) continue;
    const age = fresh.startedAt - held.startedAt;
    const expired = age >= RETENTION_MS;
    const died = held.answer === null && age > RUNNING_MS && held.bodyHash === fresh.bodyHash;
    if (!expired && !died) return { theirs: held };
    // After a crash the same seed goes on, so that what the first had already made is made once.
    const next = died ? { ...fresh, seed: held.seed } : fresh;
    const condition = { expression: 'startedAt = :seen', values: { ':seen': held.startedAt } };
    if (await putItem(table, itemOf(name, next), condition)) return { mine: next };
  }
};

/** Keeps the answer of a finished request. */
export const finishRequest = (table: Table, name: IdempotencyName, record: IdempotencyRecord): Promise<boolean> =>
  putItem(table, itemOf(name, record));

/** Forgets a request that failed for our own reasons: a repeat runs afresh. */
export const abandonRequest = (table: Table, name: IdempotencyName): Promise<boolean> =>
  deleteItem(table, keys.idempotency(name.owner, name.route, name.keyHash));
