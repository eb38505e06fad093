// Every request to the table as it happened, with what DynamoDB would charge for it, the index included.
import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Item, Key, Table } from '../../../lib/table/table.ts';
import { itemBytes, readUnits, writeUnits } from '../item-size.ts';
import { type TableRequest, wrappedTable } from '../wrapped-table.ts';

/** One request. Keys read `partition / sort`; a query's sort part is a range or a prefix, or missing. */
export interface RecordedRequest {
  readonly operation: string;
  readonly keys: readonly string[];
  readonly index: string | null;
  /** `strong` or `eventual` for reads, null for writes. */
  readonly consistency: 'strong' | 'eventual' | null;
  readonly condition: string | null;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** What was written, key by key, with its price. */
  readonly writes: readonly RecordedWrite[];
}

interface RecordedWrite {
  readonly key: string;
  readonly bytes: number;
  readonly writeUnits: number;
  /** The part of them that the index costs. */
  readonly indexUnits: number;
}

type Answer = Readonly<Record<string, unknown>>;

const INDEX_ATTRIBUTES = ['pk', 'sk', 'listKey', 'listOrder'] as const;

const keyText = ({ pk, sk }: Key) => `${pk} / ${sk}`;

const indexEntry = (item: object): Item =>
  Object.fromEntries(INDEX_ATTRIBUTES.map((name) => [name, (item as Item)[name]])) as Item;

/** An index entry (keys only) is written when it appears or goes, and twice when it moves. */
const indexUnitsOf = (before: Item | undefined, after: Item | undefined): number => {
  const [old, fresh] = [before, after].map((item) => (item?.listKey === undefined ? undefined : indexEntry(item)));
  const unitsOf = (entry: Item | undefined) => (entry ? writeUnits(0, itemBytes(entry)) : 0);
  if (old && fresh && old.listKey === fresh.listKey && old.listOrder === fresh.listOrder) return 0;
  return unitsOf(old) + unitsOf(fresh);
};

const writeOf = async (table: Table, key: Key, after: Item | undefined): Promise<RecordedWrite> => {
  const Key = { pk: key.pk, sk: key.sk };
  const found = await table.ask('GetItem', { TableName: table.name, Key, ConsistentRead: true });
  const before = found.Item as Item | undefined;
  const indexUnits = indexUnitsOf(before, after);
  const bytes = after ? itemBytes(after) : 0;
  const units = writeUnits(before ? itemBytes(before) : 0, bytes) + indexUnits;
  return { key: keyText(key), bytes, writeUnits: units, indexUnits };
};

type BatchEntry = { readonly PutRequest?: { readonly Item: Item }; readonly DeleteRequest?: { readonly Key: Key } };

const writesOf = async (table: Table, { operation, input }: TableRequest): Promise<RecordedWrite[]> => {
  if (operation === 'Put') return [await writeOf(table, input.Item as Item, input.Item as Item)];
  if (operation === 'Delete') return [await writeOf(table, input.Key as Key, undefined)];
  if (operation !== 'BatchWrite') return [];
  const entries = (input.RequestItems as Record<string, BatchEntry[]>)[table.name] ?? [];
  return Promise.all(
    entries.map(({ PutRequest, DeleteRequest }) =>
      writeOf(table, (PutRequest?.Item ?? DeleteRequest?.Key) as Key, PutRequest?.Item),
    ),
  );
};

/** The range of a query as people write it: `partition / from .. to`, `partition / prefix*`. */
const queryText = (input: Answer): string => {
  const values = input.ExpressionAttributeValues as Record<string, string | undefined>;
  const { ':p': partition, ':s': prefix, ':f': from, ':t': to } = values;
  if (prefix !== undefined) return `${partition} / ${prefix}*`;
  if (from === undefined && to === undefined) return `${partition}`;
  return `${partition} / ${[from, '..', to].filter((part) => part !== undefined).join(' ')}`;
};

const keysOf = (table: Table, { operation, input }: TableRequest, writes: readonly RecordedWrite[]): string[] => {
  if (operation === 'Get') return [keyText(input.Key as Key)];
  if (operation === 'Query') return [queryText(input)];
  if (operation === 'BatchGet') return batchKeys(table, input).map(keyText);
  return writes.map(({ key }) => key);
};

const batchOf = (table: Table, input: Answer) =>
  (input.RequestItems as Record<string, { Keys: Key[]; ConsistentRead?: boolean }>)[table.name];
const batchKeys = (table: Table, input: Answer): readonly Key[] => batchOf(table, input)?.Keys ?? [];

const isConsistent = (table: Table, { operation, input }: TableRequest): boolean =>
  Boolean(operation === 'BatchGet' ? batchOf(table, input)?.ConsistentRead : input.ConsistentRead);

/** A query is charged for all it read together, a batch item by item; what is not there counts as the smallest. */
const readUnitsOf = (table: Table, request: TableRequest, answer: Answer): number => {
  const consistent = isConsistent(table, request);
  const { operation, input } = request;
  if (operation === 'Get') return readUnits(itemBytes((answer.Item as object | undefined) ?? {}), consistent);
  if (operation === 'BatchGet') {
    const found = (answer.Responses as Record<string, object[]>)[table.name] ?? [];
    const missing = batchKeys(table, input).length - found.length;
    const units = found.map((item) => readUnits(itemBytes(item), consistent));
    return units.reduce((sum, unit) => sum + unit, missing * readUnits(0, consistent));
  }
  if (operation !== 'Query') return 0;
  const items = answer.Items as object[];
  return readUnits(
    items.reduce((sum, item) => sum + itemBytes(item), 0),
    consistent,
  );
};

/** What a query read: whole items, also where it asked for some of their attributes only. */
const wholeAnswer = async (table: Table, { operation, input }: TableRequest, answer: Answer): Promise<Answer> => {
  if (operation !== 'Query' || !input.ProjectionExpression) return answer;
  const { ProjectionExpression: _only, ExpressionAttributeNames: _names, ...whole } = input;
  return { ...(await table.ask('Query', whole as unknown as QueryCommandInput)) };
};

/** A table that notes each request in `requests`, in the order they were begun. */
export const recordedTable = (table: Table): { readonly table: Table; readonly requests: RecordedRequest[] } => {
  const requests: RecordedRequest[] = [];
  const watched = wrappedTable(table, async (request, send) => {
    const writes = await writesOf(table, request);
    const isRead = ['Get', 'Query', 'BatchGet'].includes(request.operation);
    const place = requests.length;
    requests.push(undefined as never);
    const answer = await send();
    requests[place] = {
      operation: request.operation,
      keys: keysOf(table, request, writes),
      index: (request.input.IndexName as string | undefined) ?? null,
      consistency: isRead ? (isConsistent(table, request) ? 'strong' : 'eventual') : null,
      condition: (request.input.ConditionExpression as string | undefined) ?? null,
      readUnits: isRead ? readUnitsOf(table, request, await wholeAnswer(table, request, answer)) : 0,
      writeUnits: writes.reduce((sum, write) => sum + write.writeUnits, 0),
      writes,
    };
    return answer;
  });
  return { table: watched, requests };
};
