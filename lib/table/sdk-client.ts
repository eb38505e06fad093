// The table through the AWS SDK: what every function but the redirect uses.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Ask, Operations, Table, TableOptions } from './table.ts';

type Commands = { readonly [Name in keyof Operations]: new (input: Operations[Name]['input']) => object };

const COMMANDS: Commands = {
  GetItem: GetCommand,
  PutItem: PutCommand,
  DeleteItem: DeleteCommand,
  Query: QueryCommand,
  Scan: ScanCommand,
  BatchGetItem: BatchGetCommand,
  BatchWriteItem: BatchWriteCommand,
};

/** Opens the table; short time-outs, since nobody waits more than seconds for any of these requests. */
export const openTable = ({ name, endpoint, region }: TableOptions): Table => {
  const client = new DynamoDBClient({
    region,
    maxAttempts: 4,
    requestHandler: new NodeHttpHandler({
      // The embedded engine has one thread: a burst of requests keeps it from accepting connections for a while.
      connectionTimeout: endpoint ? 10_000 : 1_000,
      // An engine that shares a small machine with everything else may take its time; AWS may not.
      requestTimeout: endpoint ? 30_000 : 5_000,
      // Without this the time-out is only a warning in the log.
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: 128 },
      httpsAgent: { keepAlive: true, maxSockets: 128 },
    }),
    ...(endpoint && { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  });
  const db = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const ask: Ask = async (operation, input) => (await db.send(new COMMANDS[operation](input) as never)) as never;
  return { name, ask, close: () => db.destroy() };
};
