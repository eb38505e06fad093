// A table whose requests a test watches, fails or tampers with, over the real engine.
import type { Ask, Operations, Table } from '../../lib/table/table.ts';

/** A request as a client is given it: which operation, with which input. */
export interface TableRequest {
  /** `Get`, `Put`, `Delete`, `Query`, `BatchGet`, `BatchWrite`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type Answer = Readonly<Record<string, unknown>>;

/** A table over `table`; `around` sees each request and decides whether, and when, to send it on. */
export const wrappedTable = (
  table: Table,
  around: (request: TableRequest, send: () => Promise<Answer>) => Promise<Answer>,
): Table => {
  const ask = (operation: keyof Operations, input: Answer) =>
    around({ operation: operation.replace(/Item$/, ''), input }, () => table.ask(operation, input as never));
  return { ...table, ask: ask as unknown as Ask };
};

export class TableDown extends Error {}

/** A table that fails the requests `fails` picks, by their number from 1 on, before they are sent. */
export const failingTable = (table: Table, fails: (count: number, request: TableRequest) => boolean): Table => {
  let count = 0;
  return wrappedTable(table, async (request, send) => {
    count += 1;
    if (fails(count, request)) throw new TableDown(`request ${count} (${request.operation}) failed`);
    return send();
  });
};

/** The sort key of the item a request puts; undefined for any other request. */
export const sortKeyPut = ({ operation, input }: TableRequest): string | undefined =>
  operation === 'Put' ? (input.Item as { readonly sk: string }).sk : undefined;

/** A table that lets something happen before the first item under a sort key is put. */
export const beforeFirst = (table: Table, sk: string, happens: () => Promise<unknown>): Table => {
  let happened = false;
  return wrappedTable(table, async (request, send) => {
    if (sortKeyPut(request) === sk && !happened) {
      happened = true;
      await happens();
    }
    return send();
  });
};
