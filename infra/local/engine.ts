// The embedded DynamoDB: dynalite in a thread and on a loopback port of its own, on disk or in memory.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import { tableDefinition } from '../../lib/table/definition.ts';
import { openTable } from '../../lib/table/sdk-client.ts';
import { openSlimTable } from '../../lib/table/slim-client.ts';
import type { Table } from '../../lib/table/table.ts';
import type { EngineThreadData } from './engine-thread.ts';

export interface Engine {
  readonly table: Table;
  /** The same table as the redirect reaches it. */
  readonly slimTable: Table;
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

const TABLE_NAME = 'tributary';

/** An address that swallows packets would keep a start waiting for minutes. */
const CONNECT_MS = 3_000;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

const createTable = async (endpoint: string, name: string): Promise<void> => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials,
    requestHandler: { connectionTimeout: CONNECT_MS },
  });
  try {
    await client.send(new CreateTableCommand(tableDefinition(name)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  for (let attempt = 0; attempt < 200; attempt++) {
    const { Table: described } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (described?.TableStatus === 'ACTIVE') break;
    await pause(10);
  }
  client.destroy();
};

/** Opens a table on another engine, creating it when it is not there. */
export const useEngine = async (endpoint: string, name = TABLE_NAME): Promise<Engine> => {
  await createTable(endpoint, name);
  const where = { name, endpoint, region: 'local' };
  const [table, slimTable] = [openTable(where), openSlimTable(where)];
  const close = async () => {
    table.close();
    slimTable.close();
  };
  return { table, slimTable, endpoint, close };
};

/** The engine's thread, with the port it listens on; whatever it throws before it can be used fails the opening. */
const startThread = (path: string | undefined) => {
  const workerData: EngineThreadData = path === undefined ? {} : { path };
  const thread = new Worker(new URL('./engine-thread.ts', import.meta.url), { workerData });
  let failed = (_error: Error): void => undefined;
  const failure = new Promise<never>((_, reject) => {
    failed = reject;
  });
  thread.once('error', failed);
  const listening = new Promise<number>((found) => thread.once('message', found));
  const opened = async (): Promise<Engine> => useEngine(`http://127.0.0.1:${await listening}`);
  // From then on an error of the thread has no listener and ends the process, as one of its own would.
  const opening = Promise.race([opened(), failure]).finally(() => thread.off('error', failed));
  return { thread, opening };
};

/**
 * Starts the embedded engine; without a path everything is in memory and gone afterwards. Refuses a folder that
 * another process has open.
 */
export const startEngine = async (path?: string): Promise<Engine> => {
  const { thread, opening } = startThread(path);
  const engine = await opening.catch((error: unknown) => {
    // dynalite throws a folder that it can't open from a callback of its own, where only the thread's end tells of it.
    throw path === undefined ? error : new Error(`${path} can't be opened; is another server using this folder?`);
  });
  return {
    ...engine,
    close: async () => {
      await engine.close();
      const ended = once(thread, 'exit');
      thread.postMessage('stop');
      await ended;
    },
  };
};
