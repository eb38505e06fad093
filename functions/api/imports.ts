// Importing history: reads each line by itself, has the good ones imported, and says what became of every one.
import type * as z from 'zod';
import { type HistoricReading, readImportedOrder } from '../../lib/connectors/imported-order.ts';
import { ImportedClick, ImportedCustomer, importRoutes, MOST_LINES } from '../../lib/contracts/imports.ts';
import type { FieldError } from '../../lib/contracts/problems.ts';
import type { StoreData } from '../../lib/domain/entities.ts';
import { type ClickLine, importClicks } from '../../lib/flows/import-clicks.ts';
import { type CustomerLine, importCustomers } from '../../lib/flows/import-customers.ts';
import { importOrders, type OrderLine } from '../../lib/flows/import-orders.ts';
import { addedUp, isRejected, type LineOutcome, type LineRejected, rejected } from '../../lib/flows/import-outcome.ts';
import { type Line, ndjsonLines } from '../../lib/http/ndjson.ts';
import { invalid } from '../../lib/http/refusal.ts';
import { contentTypeOf, parseInto } from '../../lib/http/validate.ts';
import { recordsOf, type StoredRecord } from '../../lib/table/records.ts';
import { csvOrders } from './import-csv.ts';
import { type Call, operation, type Reply } from './operation.ts';
import { referred } from './references.ts';

type Store = StoredRecord<StoreData>;

/** The lines that could be read, and the others. */
const apart = <T extends { readonly line: number }>(all: readonly (T | LineRejected)[]) => ({
  good: all.filter((one): one is T => !isRejected(one)),
  bad: all.filter(isRejected),
});

const reply = (outcomes: readonly LineOutcome[]): Reply => {
  const body = addedUp(outcomes);
  return { status: 200, body, unfinished: body.rejected.some(({ code }) => code === 'not_applied') };
};

/** A line by its schema; all that is wrong with it is one message, without a value of it. */
const readLine = <S extends z.ZodType>(schema: S, { line, value }: Line) => {
  if (value === undefined) return { fault: malformed(line) };
  const errors: FieldError[] = [];
  const read = parseInto(schema, value, errors);
  if (read !== undefined) return { read };
  const faults = errors.map(({ pointer, message }) => `${pointer.slice(1)}: ${message}`);
  return { fault: rejected(line, 'invalid_line', faults.join('; ')) };
};

const malformed = (line: number) => rejected(line, 'malformed_json', 'is no JSON object in UTF-8');

const clicks = operation(importRoutes.importClicks, async (call) => {
  const lines = ndjsonLines(call.request.body, MOST_LINES).map((one): ClickLine | LineRejected => {
    const { read, fault } = readLine(ImportedClick, one);
    return fault ?? { line: one.line, click: read };
  });
  const { good, bad } = apart(lines);
  return reply([...bad, ...(await importClicks(call.service, call.merchant, good))]);
});

/** Stores by what lines call them, each read once. */
const storeFinder = (anyCall: Call) => {
  const call: Call = { ...anyCall, resolved: new Map() };
  return (reference: string): Promise<Store | undefined> => referred<StoreData>(call, 'store', reference, '', []);
};

const noStore = (line: number) => rejected(line, 'unknown_store', 'storeId: there is no such store');

/** The orders that lines or rows say, of stores of this merchant. */
const orderLines = async (
  call: Call,
  readings: readonly { readonly line: number; readonly bytes: number; readonly reading: HistoricReading | null }[],
  yields: boolean,
): Promise<readonly (OrderLine | LineRejected)[]> => {
  const storeOf = storeFinder(call);
  return Promise.all(
    readings.map(async ({ line, bytes, reading }) => {
      if (reading === null) return malformed(line);
      if ('fault' in reading) return rejected(line, reading.fault, reading.message);
      const store = await storeOf(reading.order.store);
      return store ? { line, store, order: reading.order, bytes, yields } : noStore(line);
    }),
  );
};

const csvReadings = async (call: Call, reference: string | undefined) => {
  if (reference === undefined)
    throw invalid('/query/storeId', 'required', 'is required: a CSV does not name its store');
  const store = await storeFinder(call)(reference);
  if (!store) throw invalid('/query/storeId', 'unknown_reference', `there is no store ${reference}`);
  return csvOrders(call.request.body, store, call.merchant.data).map((row) => ({ ...row, bytes: 0 }));
};

const orders = operation(importRoutes.importOrders, async (anyCall) => {
  const call = anyCall as Call;
  const { body } = call.request;
  const isCsv = contentTypeOf(call.request) === 'text/csv';
  const readings = isCsv
    ? await csvReadings(call, anyCall.query.storeId)
    : ndjsonLines(body, MOST_LINES).map(({ line, bytes, value }) => ({
        ...{ line, bytes },
        reading: value === undefined ? null : readImportedOrder(value),
      }));
  const { good, bad } = apart(await orderLines(call, readings, isCsv));
  return reply([...bad, ...(await importOrders(call.service, call.merchant, good))]);
});

/** The merchant's only store, whose ids are meant where none is named. */
const onlyStore = async ({ service, merchant }: Call): Promise<string | undefined> => {
  const ids: string[] = [];
  for await (const { record } of recordsOf<StoreData>(service.table, { merchantId: merchant.id, kind: 'store' })) {
    if (record.archivedAt === null) ids.push(record.id);
    if (ids.length > 1) return undefined;
  }
  return ids[0];
};

const customerLine = async (
  one: Line,
  storeOf: (reference: string) => Promise<Store | undefined>,
  only: string | undefined,
): Promise<CustomerLine | LineRejected> => {
  const { line } = one;
  const { read, fault } = readLine(ImportedCustomer, one);
  if (fault) return fault;
  const { email = null, id: platformId = null, storeId: reference, firstOrderAt } = read;
  const named = reference == null ? undefined : await storeOf(reference);
  if (reference != null && !named) return noStore(line);
  const storeId = named?.id ?? only;
  if (platformId !== null && storeId === undefined) {
    return rejected(line, 'store_required', 'storeId: is required with an id, for there is not one store only');
  }
  return { line, email, platformId, storeId: storeId ?? '', firstOrderAt: Date.parse(firstOrderAt) };
};

const customers = operation(importRoutes.importCustomers, async (call) => {
  const lines = ndjsonLines(call.request.body, MOST_LINES);
  const only = await onlyStore(call);
  const storeOf = storeFinder(call);
  const { good, bad } = apart(await Promise.all(lines.map((one) => customerLine(one, storeOf, only))));
  return reply([...bad, ...(await importCustomers(call.service, call.merchant, good))]);
});

export const importOperations = [clicks, orders, customers];
