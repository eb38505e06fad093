// The one DynamoDB table: the few operations every entity module is written in.
import type {
  BatchGetCommandInput,
  BatchGetCommandOutput,
  BatchWriteCommandInput,
  BatchWriteCommandOutput,
  DeleteCommandInput,
  DeleteCommandOutput,
  GetCommandInput,
  GetCommandOutput,
  PutCommandInput,
  PutCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
} from '@aws-sdk/lib-dynamodb';

/** What is asked of DynamoDB, by its own names, and what each is told and answers, items as plain values. */
export interface Operations {
  readonly GetItem: { readonly input: GetCommandInput; readonly output: GetCommandOutput };
  readonly PutItem: { readonly input: PutCommandInput; readonly output: PutCommandOutput };
  readonly DeleteItem: { readonly input: DeleteCommandInput; readonly output: DeleteCommandOutput };
  readonly Query: { readonly input: QueryCommandInput; readonly output: QueryCommandOutput };
  readonly Scan: { readonly input: ScanCommandInput; readonly output: ScanCommandOutput };
  readonly BatchGetItem: { readonly input: BatchGetCommandInput; readonly output: BatchGetCommandOutput };
  readonly BatchWriteItem: { readonly input: BatchWriteCommandInput; readonly output: BatchWriteCommandOutput };
}

/** Sends one request; throws DynamoDB's own errors, by their names, once attempts and patience are used up. */
export type Ask = <Name extends keyof Operations>(
  operation: Name,
  input: Operations[Name]['input'],
) => Promise<Omit<Operations[Name]['output'], '$metadata'>>;

/** The table behind a client: the SDK's (sdk-client.ts), or the slim one of the redirect (slim-client.ts). */
export interface Table {
  readonly name: string;
  readonly ask: Ask;
  /** Lets go of its connections. */
  readonly close: () => void;
}

/** How a client reaches the table. */
export interface TableOptions {
  readonly name: string;
  /** Another engine than AWS's. */
  readonly endpoint?: string | undefined;
  readonly region: string;
}

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A place in the index that lists a merchant's things of one kind. */
export interface Listing {
  readonly listKey: string;
  readonly listOrder: string;
}

export type Item = Key & Record<string, unknown>;
export type Condition = { readonly expression: string; readonly values?: Record<string, unknown> };

/** The index that lists things: entities newest first, orders and ledger entries by when they happened. Keys only. */
export const LISTING_INDEX = 'listing';

/** Reads one item, strongly consistent unless told otherwise. */
export const getItem = async (table: Table, key: Key, consistent = true): Promise<Item | undefined> => {
  const answer = await table.ask('GetItem', {
    TableName: table.name,
    Key: { ...key },
    ConsistentRead: consistent,
  });
  return answer.Item as Item | undefined;
};

const conditionInput = (condition: Condition | undefined) => ({
  ...(condition && { ConditionExpression: condition.expression }),
  ...(condition?.values && { ExpressionAttributeValues: condition.values }),
});

/** True once the request is done, false when its condition did not hold. */
const held = async (request: Promise<unknown>): Promise<boolean> => {
  try {
    await request;
    return true;
  } catch (error) {
    if ((error as Partial<Error> | undefined)?.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
};

/** Writes an item whole. With a condition, answers false (and writes nothing) when it does not hold. */
export const putItem = (table: Table, item: Item, condition?: Condition): Promise<boolean> =>
  held(table.ask('PutItem', { TableName: table.name, Item: item, ...conditionInput(condition) }));

export const NOT_THERE: Condition = { expression: 'attribute_not_exists(pk)' };

/** Removes an item. With a condition, answers false when it does not hold. */
export const deleteItem = (table: Table, { pk, sk }: Key, condition?: Condition): Promise<boolean> =>
  held(table.ask('DeleteItem', { TableName: table.name, Key: { pk, sk }, ...conditionInput(condition) }));

export interface Span {
  /** Sort keys from here, included. */
  readonly from?: string;
  /** Sort keys to here, included. */
  readonly to?: string;
  readonly startsWith?: string;
  readonly newestFirst?: boolean;
  readonly limit?: number;
  /** Continue after this key. */
  readonly after?: Record<string, unknown> | undefined;
  readonly consistent?: boolean;
  /** Only these attributes; they cost as much to read as the whole item, but far less to carry and to parse. */
  readonly only?: readonly string[];
}

/** Attributes by placeholders, since half of all short names are reserved words. */
const projectionInput = (only: readonly string[] | undefined) =>
  only && {
    ProjectionExpression: only.map((_, i) => `#${i}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(only.map((name, i) => [`#${i}`, name])),
  };

const conditionOf = (partition: string, sort: string, span: Span) => {
  const values: Record<string, unknown> = { ':p': undefined };
  let expression = `${partition} = :p`;
  if (span.startsWith !== undefined) {
    expression += ` AND begins_with(${sort}, :s)`;
    values[':s'] = span.startsWith;
  } else if (span.from !== undefined && span.to !== undefined) {
    expression += ` AND ${sort} BETWEEN :f AND :t`;
    values[':f'] = span.from;
    values[':t'] = span.to;
  } else if (span.from !== undefined) {
    expression += ` AND ${sort} >= :f`;
    values[':f'] = span.from;
  } else if (span.to !== undefined) {
    expression += ` AND ${sort} <= :t`;
    values[':t'] = span.to;
  }
  return { expression, values };
};

const queryPage = async (table: Table, partition: string, span: Span, index?: string) => {
  const [pk, sk] = index ? ['listKey', 'listOrder'] : ['pk', 'sk'];
  const { expression, values } = conditionOf(pk as string, sk as string, span);
  const answer = await table.ask('Query', {
    TableName: table.name,
    ...(index && { IndexName: index }),
    KeyConditionExpression: expression,
    ExpressionAttributeValues: { ...values, ':p': partition },
    ScanIndexForward: !span.newestFirst,
    ...(span.limit !== undefined && { Limit: span.limit }),
    ...(span.after && { ExclusiveStartKey: span.after }),
    ...(!index && { ConsistentRead: span.consistent ?? true }),
    ...projectionInput(span.only),
  });
  return { items: (answer.Items ?? []) as Item[], next: answer.LastEvaluatedKey };
};

/** Streams a partition in sort order as pages of up to 1 MB: for items by the million, each of which costs to wait for. */
export async function* queryPages(table: Table, pk: string, span: Span = {}): AsyncGenerator<readonly Item[]> {
  let after = span.after;
  do {
    const page = await queryPage(table, pk, { ...span, after });
    yield page.items;
    after = page.next;
  } while (after);
}

/** Streams a partition's items in sort order, a page at a time. */
export async function* queryItems(table: Table, pk: string, span: Span = {}): AsyncGenerator<Item> {
  for await (const page of queryPages(table, pk, span)) yield* page;
}

/** Every item of a small partition. */
export const allItems = async (table: Table, pk: string, span: Span = {}): Promise<Item[]> =>
  Array.fromAsync(queryItems(table, pk, span));

/** Streams the keys that the listing index holds under one list key. */
async function* queryListing(table: Table, listKey: string, span: Span = {}): AsyncGenerator<Key & Listing> {
  let after = span.after;
  do {
    const page = await queryPage(table, listKey, { ...span, after }, LISTING_INDEX);
    yield* page.items as unknown as (Key & Listing)[];
    after = page.next;
  } while (after);
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

const chunked = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

/** Reads items by key, at most 100 a request; keys that lead nowhere are left out, order is not kept. */
export const getItems = async (table: Table, keys: readonly Key[], consistent = true): Promise<Item[]> => {
  const unique = [...new Map(keys.map((key) => [`${key.pk}\n${key.sk}`, { pk: key.pk, sk: key.sk }])).values()];
  const pages = await Promise.all(
    chunked(unique, 100).map(async (part) => {
      const found: Item[] = [];
      let left: Record<string, unknown>[] = part;
      for (let attempt = 0; left.length > 0; attempt++) {
        if (attempt > 0) await pause(Math.min(50 * 2 ** attempt, 1_000));
        if (attempt > 10) throw new Error('DynamoDB kept leaving keys unread');
        const answer = await table.ask('BatchGetItem', {
          RequestItems: { [table.name]: { Keys: left, ConsistentRead: consistent } },
        });
        found.push(...((answer.Responses?.[table.name] ?? []) as Item[]));
        left = (answer.UnprocessedKeys?.[table.name]?.Keys ?? []) as Record<string, unknown>[];
      }
      return found;
    }),
  );
  return pages.flat();
};

/** Puts up to 25 items without conditions in one request; gives those that DynamoDB left unwritten. */
export const putBatch = async (table: Table, items: readonly Item[]): Promise<Item[]> => {
  const puts = items.map((Item) => ({ PutRequest: { Item } }));
  const answer = await table.ask('BatchWriteItem', { RequestItems: { [table.name]: puts } });
  const left = (answer.UnprocessedItems?.[table.name] ?? []) as typeof puts;
  return left.map(({ PutRequest }) => PutRequest.Item);
};

/** Puts and deletes without conditions, 25 a request; each alone, so a crash leaves some written. */
export const writeItems = async (table: Table, puts: readonly Item[], deletes: readonly Key[] = []): Promise<void> => {
  const requests = [
    ...puts.map((Item) => ({ PutRequest: { Item } })),
    ...deletes.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })),
  ];
  for (const part of chunked(requests, 25)) {
    let left: typeof requests = part;
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt > 0) await pause(Math.min(50 * 2 ** attempt, 1_000));
      if (attempt > 10) throw new Error('DynamoDB kept leaving items unwritten');
      const answer = await table.ask('BatchWriteItem', { RequestItems: { [table.name]: left } });
      left = (answer.UnprocessedItems?.[table.name] ?? []) as typeof requests;
    }
  }
};

const BATCHES_AT_ONCE = 8;

/** Puts thousands of items without conditions, several requests at a time; no two may have the same key. */
export const putMany = async (table: Table, puts: readonly Item[]): Promise<void> => {
  const parts = chunked(puts, 25);
  let next = 0;
  const work = async () => {
    for (let part = parts[next++]; part; part = parts[next++]) await writeItems(table, part);
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, work));
};

/** Keys looked up per page of a listing: what one BatchGetItem takes. */
const LISTING_PAGE = 100;

/**
 * Streams the items a listing names, in its order, a page at a time; `position` is the sort text of the item a reader
 * stopped at and is itself left out. The index holds keys only, so the items are read whole and current.
 */
export async function* queryListed(
  table: Table,
  listKey: string,
  span: Span & { readonly position?: string | undefined } = {},
): AsyncGenerator<Item & Listing> {
  const { position, ...range } = span;
  const bound = position === undefined ? {} : span.newestFirst ? { to: position } : { from: position };
  let page: (Key & Listing)[] = [];
  const readPage = async function* () {
    const items = new Map((await getItems(table, page)).map((item) => [`${item.pk}\n${item.sk}`, item]));
    for (const key of page) {
      const item = items.get(`${key.pk}\n${key.sk}`);
      // An entry may lag behind its item, or outlive a crash of the embedded engine: where the item has moved on it is
      // listed at its new place, and must not be here as well.
      if (item?.listKey === listKey && item.listOrder === key.listOrder) yield item as Item & Listing;
    }
    page = [];
  };
  for await (const key of queryListing(table, listKey, { limit: LISTING_PAGE, ...range, ...bound })) {
    if (key.listOrder === position) continue;
    page.push(key);
    if (page.length === LISTING_PAGE) yield* readPage();
  }
  yield* readPage();
}
