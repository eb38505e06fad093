// The table without the AWS SDK: what the redirect uses, where a cold start and every request count.
import { createAwsJson } from '../platform/aws-json.ts';
import { type AttributeValues, marshalledAll, unmarshalledAll } from './attribute-values.ts';
import type { Ask, Table, TableOptions } from './table.ts';

type Plain = Readonly<Record<string, unknown>>;

const packed = (values: unknown): unknown => marshalledAll(values as Plain);
const unpacked = (values: unknown): unknown => unmarshalledAll(values as AttributeValues);

const mapped = <T>(record: unknown, change: (value: T) => unknown): Plain =>
  Object.fromEntries(Object.entries((record ?? {}) as Record<string, T>).map(([name, value]) => [name, change(value)]));

interface Write {
  readonly PutRequest?: { readonly Item: unknown };
  readonly DeleteRequest?: { readonly Key: unknown };
}

type Keys = Plain & { readonly Keys?: readonly unknown[] };

/** What one of several tables is asked for, or left undone: writes, or keys to read. */
const requestsBy =
  (change: (values: unknown) => unknown) =>
  (requests: readonly Write[] | Keys): unknown => {
    if (!Array.isArray(requests)) return { ...requests, Keys: ((requests as Keys).Keys ?? []).map(change) };
    return (requests as readonly Write[]).map(({ PutRequest, DeleteRequest }) => ({
      ...(PutRequest && { PutRequest: { Item: change(PutRequest.Item) } }),
      ...(DeleteRequest && { DeleteRequest: { Key: change(DeleteRequest.Key) } }),
    }));
  };

/** Where requests and answers hold items, keys and values, and how each is turned. */
const turned = (whole: Plain, change: (values: unknown) => unknown): Plain => {
  const list = (values: unknown) => (values as readonly unknown[]).map(change);
  const turns: Readonly<Record<string, (values: never) => unknown>> = {
    ...{ Key: change, Item: change, ExpressionAttributeValues: change },
    ...{ ExclusiveStartKey: change, LastEvaluatedKey: change, Items: list },
    Responses: (tables) => mapped(tables, list),
    RequestItems: (tables) => mapped(tables, requestsBy(change)),
    UnprocessedItems: (tables) => mapped(tables, requestsBy(change)),
    UnprocessedKeys: (tables) => mapped(tables, requestsBy(change)),
  };
  return Object.fromEntries(
    Object.entries(whole).map(([name, value]) => [
      name,
      value === undefined ? value : (turns[name]?.(value as never) ?? value),
    ]),
  );
};

const LOCAL = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Opens the table for somebody whom a shopper waits for: better no answer in a quarter of a second than one in two. */
export const openSlimTable = ({ name, endpoint, region }: TableOptions): Table => {
  const { ask: askAws, close } = createAwsJson({
    ...{ service: 'dynamodb', region, endpoint, version: '1.0' },
    ...(endpoint && { credentials: LOCAL }),
    maxAttempts: 2,
    // The embedded engine has one thread: a burst of requests keeps it from accepting connections for a while.
    connectMs: endpoint ? 2_000 : 500,
    answerMs: endpoint ? 3_000 : 1_000,
  });
  const ask: Ask = async (operation, input) => {
    const answer = await askAws(`DynamoDB_20120810.${operation}`, turned(input as unknown as Plain, packed));
    return turned(answer as Plain, unpacked) as never;
  };
  return { name, ask, close };
};
