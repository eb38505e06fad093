// Adding a day's orders up by what was sold, where to and to whom: narrow rows, one family for orders as a whole and one
// for each way to tell their lines apart.
import { type CreditedOrder, type Movement, salesOf } from './credited-order.ts';
import { type DividedOrder, dividedOrder, type LineKind, type LineMoney } from './orders/by-line.ts';
import type { LedgerEntry } from './orders/ledger.ts';
import { addSales, emptySales } from './report-rows.ts';
import { FAMILIES, type Family, type NarrowKey, type NarrowRow, type NarrowRows } from './rollup.ts';

type Basis = 'booked' | 'settled';
type Line = string | null;

/** Where a line of this kind counts; a line in several collections counts in each. */
const LINES_OF: Readonly<Record<Family, (of: LineKind) => readonly Line[]>> = {
  order: () => [null],
  sku: ({ sku }) => [sku || null],
  product: ({ productId }) => [productId || null],
  collection: ({ collections }) => (collections.length === 0 ? [null] : [...new Set(collections)]),
};

const NO_MOVEMENT: Movement = { orders: 0, units: 0, gross: 0, discounts: 0, refunds: 0 };

type ByLine = ReadonlyMap<Line, Movement>;

const summed = (family: Family, parts: readonly LineMoney[]): Map<Line, Movement> => {
  const sums = new Map<Line, Movement>();
  for (const part of parts) {
    for (const line of LINES_OF[family](part.of)) {
      const sum = sums.get(line) ?? NO_MOVEMENT;
      sums.set(line, {
        orders: 0,
        units: sum.units + part.units,
        gross: sum.gross + part.gross,
        discounts: sum.discounts + part.discounts,
        refunds: sum.refunds + part.refunds,
      });
    }
  }
  return sums;
};

/** The lines an order contains. One of nothing that counts, as of gift cards alone, is an order of no line. */
const containedIn = (family: Family, parts: readonly LineMoney[]): ReadonlySet<Line> => {
  const sold = [...summed(family, parts)].filter(([, { units, gross, discounts }]) => units || gross || discounts);
  return new Set(sold.length === 0 ? [null] : sold.map(([line]) => line));
};

/** Parts by line, and how the lines that the order contains became others. */
const movementsOf = (
  family: Family,
  parts: readonly LineMoney[],
  before: ReadonlySet<Line>,
  after: ReadonlySet<Line>,
): ByLine => {
  const movements = summed(family, parts);
  const count = (lines: ReadonlySet<Line>, one: 1 | -1) => {
    for (const line of lines) {
      const movement = movements.get(line) ?? NO_MOVEMENT;
      movements.set(line, { ...movement, orders: movement.orders + one });
    }
  };
  count(after, 1);
  count(before, -1);
  // A refund moves one line of many; the others are where they were.
  return new Map([...movements].filter(([, movement]) => Object.values(movement).some((figure) => figure !== 0)));
};

const NONE: ReadonlySet<Line> = new Set();

const reversed = (parts: readonly LineMoney[]): readonly LineMoney[] =>
  parts.map(({ of, units, gross, discounts, refunds }) => ({
    of,
    units: 0 - units,
    gross: 0 - gross,
    discounts: 0 - discounts,
    refunds: 0 - refunds,
  }));

/** What a happening moved of each line; `entryId` null for the sale. A cancellation takes everything else back. */
const stepByLine = (family: Family, { steps }: DividedOrder, entryId: string | null): ByLine => {
  const partsUpTo = (count: number) => steps.slice(0, count).flatMap(({ parts }) => parts);
  const index = steps.findIndex((step) => step.entryId === entryId);
  if (index < 0) {
    const all = partsUpTo(steps.length);
    return movementsOf(family, reversed(all), containedIn(family, all), NONE);
  }
  const before = index === 0 ? NONE : containedIn(family, partsUpTo(index));
  return movementsOf(family, steps[index]?.parts ?? [], before, containedIn(family, partsUpTo(index + 1)));
};

const keyText = (key: NarrowKey): string =>
  JSON.stringify([key.line, key.creatorId, key.campaignId, key.storeId, key.customerType, key.country, key.channel]);

const titleOf = (family: Family, line: Line, { fold }: CreditedOrder): string | undefined =>
  family === 'product' && line !== null
    ? (fold.lines.find(({ productId }) => productId === line)?.title ?? undefined)
    : undefined;

/** Collects one family of a day. */
const createFamily = (family: Family) => {
  const rows = new Map<string, NarrowRow>();
  const add = (basis: Basis, order: CreditedOrder, byLine: ByLine): void => {
    for (const [line, movement] of byLine) {
      const key: NarrowKey = {
        line,
        creatorId: order.owner?.creatorId ?? null,
        campaignId: order.owner?.campaignId ?? null,
        storeId: order.storeId,
        customerType: order.customer,
        country: order.fold.country ?? null,
        channel: order.fold.channel ?? 'web',
      };
      const text = keyText(key);
      const row = rows.get(text) ?? { ...key, booked: null, settled: null };
      const title = row.title ?? titleOf(family, line, order);
      const sales = addSales(row[basis] ?? emptySales(), salesOf(order, movement));
      rows.set(text, { ...row, ...(title && { title }), [basis]: sales });
    }
  };
  return {
    addPlaced: (order: CreditedOrder, divided: DividedOrder): void => {
      const { current } = divided;
      if (order.fold.state === 'paid') {
        add('booked', order, movementsOf(family, current, NONE, containedIn(family, current)));
      }
      if (order.fold.sale) add('settled', order, stepByLine(family, divided, null));
    },
    addEntry: (order: CreditedOrder, divided: DividedOrder, entryId: string): void =>
      add('settled', order, stepByLine(family, divided, entryId)),
    done: (): NarrowRow[] => [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
  };
};

/** Collects a day's narrow rows, sorted, so the same facts give the same bytes. Gifts are in none of them. */
export const createNarrowRows = () => {
  const families = FAMILIES.map((family) => [family, createFamily(family)] as const);
  const dividedOrders = new WeakMap<CreditedOrder, DividedOrder>();
  const dividedOf = (order: CreditedOrder): DividedOrder => {
    const divided = dividedOrders.get(order) ?? dividedOrder(order.fold, order.entries);
    dividedOrders.set(order, divided);
    return divided;
  };
  const counts = ({ fold }: CreditedOrder) => fold.kind !== 'gift' && fold.sale !== null;
  return {
    addPlaced: (order: CreditedOrder): void => {
      if (!counts(order)) return;
      for (const [, family] of families) family.addPlaced(order, dividedOf(order));
    },
    addEntry: (order: CreditedOrder, { id }: LedgerEntry): void => {
      if (!counts(order)) return;
      for (const [, family] of families) family.addEntry(order, dividedOf(order), id);
    },
    done: (): NarrowRows =>
      Object.fromEntries(families.map(([name, family]) => [name, family.done()])) as unknown as NarrowRows,
  };
};
