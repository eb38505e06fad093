// A table of its own for each test: the embedded engine in memory, or whatever engine DYNAMODB_ENDPOINT names.
import { randomUUID } from 'node:crypto';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEngine, useEngine } from '../../infra/local/engine.ts';
import type { Table } from '../../lib/table/table.ts';

export interface TestTable {
  readonly table: Table;
  readonly close: () => Promise<void>;
}

/** An empty table that nobody else sees; `close` removes it. */
export const testTable = async (): Promise<TestTable> => {
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  if (!endpoint) return startEngine();
  const engine = await useEngine(endpoint, `test-${randomUUID()}`);
  return {
    table: engine.table,
    close: async () => {
      const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
      const client = new DynamoDBClient({ endpoint, region: 'local', credentials });
      await client.send(new DeleteTableCommand({ TableName: engine.table.name }));
      client.destroy();
      await engine.close();
    },
  };
};

/** Does the work for all, a few at a time: a hundred connections at once time out where the engine shares a core. */
export const inTurns = async <T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> => {
  for (let i = 0; i < all.length; i += 16) await Promise.all(all.slice(i, i + 16).map(work));
};
