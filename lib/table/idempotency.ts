// Answers kept for requests that carry an Idempotency-Key, so that a repeat gets the first one's answer.
import { keys } from './keys.ts';
import { type Condition, getItem, getItems, type Item, NOT_THERE, putItem, type Table, writeItems } from './table.ts';

export interface IdempotencyRecord {
  readonly bodyHash: string;
  /** Seeds the ids of what the request makes: a retry after a crash makes the same things, not more. */
  readonly seed: string;
  readonly startedAt: number;
  /** The first answer, sealed; null while the first request is running. */
  readonly answer: Uint8Array | null;
}

const RETENTION_MS = 24 * 3_600_000;
/** A request that has run longer than this has died; a repeat may take its place. */
const RUNNING_MS = 60_000;
/** An item takes 400 kB, and the answer of a batch can be some megabytes of links that compress badly. */
const PART_BYTES = 300_000;

export interface IdempotencyName {
  readonly owner: string;
  readonly route: string;
  readonly keyHash: string;
}

const keyOf = (name: IdempotencyName) => keys.idempotency(name.owner, name.route, name.keyHash);

const expiryOf = ({ startedAt }: IdempotencyRecord) => Math.ceil((startedAt + RETENTION_MS) / 1000);

/** The record's item; `parts` says how many items its answer is in, this one the first of them. */
const itemOf = (name: IdempotencyName, record: IdempotencyRecord, parts = 1): Item => ({
  ...keyOf(name),
  v: 1,
  ...record,
  answer: record.answer?.subarray(0, PART_BYTES) ?? null,
  parts,
  expires: expiryOf(record),
});

const partKeys = (name: IdempotencyName, { startedAt }: IdempotencyRecord, parts: number) =>
  Array.from({ length: parts - 1 }, (_, i) => keys.idempotencyPart(keyOf(name), startedAt, i + 1));

/** The record whole; undefined when there is none. */
const readRecord = async (table: Table, name: IdempotencyName): Promise<IdempotencyRecord | undefined> => {
  const item = await getItem(table, keyOf(name));
  if (!item) return undefined;
  const { bodyHash, seed, startedAt, answer, parts } = item as unknown as IdempotencyRecord & { parts: number };
  const record = { bodyHash, seed, startedAt, answer };
  if (answer === null || parts === 1) return record;
  const rest = new Map((await getItems(table, partKeys(name, record, parts))).map(({ sk, bytes }) => [sk, bytes]));
  const bytes = partKeys(name, record, parts).map(({ sk }) => (rest.get(sk) as Uint8Array) ?? new Uint8Array());
  return { ...record, answer: Buffer.concat([answer, ...bytes]) };
};

/** Starts a request under its key: either it is the first (`mine`), or what the first has left is answered. */
export const beginRequest = async (
  table: Table,
  name: IdempotencyName,
  fresh: IdempotencyRecord,
): Promise<{ readonly mine: IdempotencyRecord } | { readonly theirs: IdempotencyRecord }> => {
  for (;;) {
    if (await putItem(table, itemOf(name, fresh), NOT_THERE)) return { mine: fresh };
    const held = await readRecord(table, name);
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

/** Holds while nobody has taken this request's place and no answer of it is kept yet. */
const stillMine = ({ seed, startedAt }: IdempotencyRecord): Condition => ({
  expression: 'seed = :seed AND startedAt = :started AND answer = :none',
  values: { ':seed': seed, ':started': startedAt, ':none': null },
});

/** Keeps the answer of a finished request; false (and the other's stays) when another has taken its place. */
export const finishRequest = async (
  table: Table,
  name: IdempotencyName,
  mine: IdempotencyRecord,
  answer: Uint8Array,
): Promise<boolean> => {
  const parts = Math.max(1, Math.ceil(answer.length / PART_BYTES));
  const rest = partKeys(name, mine, parts).map((key, i) => ({
    ...key,
    v: 1,
    bytes: answer.subarray((i + 1) * PART_BYTES, (i + 2) * PART_BYTES),
    expires: expiryOf(mine),
  }));
  // The rest first: an answer that can be found is whole.
  await writeItems(table, rest);
  return putItem(table, itemOf(name, { ...mine, answer }, parts), stillMine(mine));
};

/**
 * Marks a request that failed for our own reasons as died at once: a repeat runs again, with the same seed, since some
 * of what it makes may have been made.
 */
export const giveUpRequest = (table: Table, name: IdempotencyName, mine: IdempotencyRecord): Promise<boolean> =>
  putItem(table, itemOf(name, { ...mine, startedAt: mine.startedAt - RUNNING_MS - 1 }), stillMine(mine));
