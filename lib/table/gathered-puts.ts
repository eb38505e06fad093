// Puts of many callers at once, gathered into batches; each caller waits for its own item and for no other.
import { type Item, putBatch, putItem, type Table } from './table.ts';

/** What one BatchWriteItem takes. */
const BATCH = 25;

/** Requests an item is part of before it counts as not stored: pauses of 1.5 s in all, for somebody is waiting. */
const MOST_ATTEMPTS = 6;

interface Waiting {
  readonly item: Item;
  readonly written: () => void;
  readonly failed: (error: unknown) => void;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

const keyOf = ({ pk, sk }: Item) => `${pk}\n${sk}`;

/** A lone item goes as a PutItem, which is no dearer and fails by itself; gives what DynamoDB left unwritten. */
const put = async (table: Table, items: readonly Item[]): Promise<readonly Item[]> => {
  const [lone] = items;
  if (items.length > 1 || !lone) return putBatch(table, items);
  await putItem(table, lone);
  return [];
};

/** Writes what a batch left unwritten, after growing pauses; the rest of the batch has long been answered. */
const writeLeft = async (table: Table, left: readonly Waiting[], attempt: number): Promise<void> => {
  if (attempt >= MOST_ATTEMPTS) {
    for (const { failed } of left) failed(new Error('DynamoDB kept leaving items unwritten'));
    return;
  }
  await pause(50 * 2 ** (attempt - 1));
  await write(table, left, attempt);
};

/** Sends one request and settles all that wait for it; never throws. */
const write = async (table: Table, batch: readonly Waiting[], attempt = 0): Promise<void> => {
  try {
    const unwritten = new Set(
      (
        await put(
          table,
          batch.map(({ item }) => item),
        )
      ).map(keyOf),
    );
    const left = batch.filter(({ item }) => unwritten.has(keyOf(item)));
    for (const one of batch) if (!unwritten.has(keyOf(one.item))) one.written();
    // Not waited for: those who came meanwhile need not pause as well.
    if (left.length > 0) void writeLeft(table, left, attempt + 1);
  } catch (error) {
    for (const { failed } of batch) failed(error);
  }
};

/**
 * Unconditional puts in groups: an item is sent when no request is under way, with those that came in the same turn of
 * the event loop, else with the others that come until that one is answered, or until they fill a batch. So nobody waits
 * for company, a process that serves one
 * request at a time sends what it always sent, and a busy one sends a fraction. The promise settles with the item's own
 * fate: rejected when its request failed or DynamoDB kept leaving it.
 */
export const createGatheredPuts = (table: Table): ((item: Item) => Promise<void>) => {
  let gathered: Waiting[] = [];
  // DynamoDB refuses a batch that names a key twice, and all of it.
  let keys = new Set<string>();
  let underWay = 0;
  const send = async (): Promise<void> => {
    const batch = gathered;
    gathered = [];
    keys = new Set();
    underWay += 1;
    await write(table, batch);
    underWay -= 1;
    sendIfIdle();
  };
  const sendIfIdle = (): void => {
    if (underWay === 0 && gathered.length > 0) void send();
  };
  return (item) =>
    new Promise((written, failed) => {
      const key = keyOf(item);
      if (keys.has(key)) void send();
      gathered.push({ item, written, failed });
      keys.add(key);
      if (gathered.length === BATCH) void send();
      else if (gathered.length === 1 && underWay === 0) setImmediate(sendIfIdle);
    });
};
