// The embedded DynamoDB: dynalite on a loopback port of its own, on disk or in memory.
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { tableDefinition } from '../../lib/table/definition.ts';
import { openTable, type Table } from '../../lib/table/table.ts';

export interface Engine {
  readonly table: Table;
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
  const table = openTable({ name, endpoint, region: 'local' });
  return { table, endpoint, close: async () => table.db.destroy() };
};

/** dynalite throws a folder that it can't open from a callback of its own, where nobody can catch it but here. */
const orUnopened = async (path: string, opening: Promise<Engine>): Promise<Engine> => {
  let unopened = (): void => undefined;
  const failure = new Promise<never>((_, reject) => {
    unopened = () => reject(new Error(`${path} can't be opened; is another server using this folder?`));
  });
  process.once('uncaughtException', unopened);
  return Promise.race([opening, failure]).finally(() => process.off('uncaughtException', unopened));
};

/**
 * Starts the embedded engine; without a path everything is in memory and gone afterwards. Refuses a folder that
 * another process has open.
 */
export const startEngine = async (path?: string): Promise<Engine> => {
  const server = dynalite({ createTableMs: 0, ...(path !== undefined && { path }) });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const opening = useEngine(`http://127.0.0.1:${port}`);
  const engine = await (path === undefined ? opening : orUnopened(path, opening));
  return {
    ...engine,
    close: async () => {
      await engine.close();
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
    },
  };
};
