// A table of its own for each test: the embedded engine in memory, or whatever engine DYNAMODB_ENDPOINT names.
import { randomUUID } from 'node:crypto';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
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
      await engine.table.db.send(new DeleteTableCommand({ TableName: engine.table.name }));
      await engine.close();
    },
  };
};
