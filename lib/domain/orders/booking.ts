// An order of another currency in the merchant's: what sums to the cent in the one sums to it in the other.
import { type Conversion, convertBy } from '../fx.ts';
import type { BookedFigures, FoldedOrder } from './fold.ts';
import type { LedgerEntry, LineChange, Sale } from './ledger.ts';

/** Money of an order up to some moment, or what a moment changed of it. */
type Amounts = Pick<LedgerEntry, 'gross' | 'discounts' | 'refunds' | 'shipping' | 'tax' | 'excess'>;

const combined = (a: Amounts, b: Amounts, sign: 1 | -1): Amounts => ({
  gross: a.gross + sign * b.gross,
  discounts: a.discounts + sign * b.discounts,
  refunds: a.refunds + sign * b.refunds,
  shipping: a.shipping + sign * b.shipping,
  tax: a.tax + sign * b.tax,
  excess: a.excess + sign * b.excess,
});

/**
 * Totals converted. What the items come to before discounts, after them and after refunds is converted, and discounts
 * and refunds are what lies between: so net is the order's own net converted, and nothing exactly where that is nothing.
 * Each converted by itself, an order that is given back whole could be left with a cent.
 */
const convertedTotals = (by: Conversion, { gross, discounts, refunds, shipping, tax, excess }: Amounts): Amounts => {
  const before = convertBy(by, gross);
  const after = convertBy(by, gross - discounts);
  return {
    gross: before,
    discounts: before - after,
    refunds: after - convertBy(by, gross - discounts - refunds),
    shipping: convertBy(by, shipping),
    tax: convertBy(by, tax),
    excess: convertBy(by, excess),
  };
};

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** Amounts converted so that they sum to `target`: the last cent is the largest one's. */
const shared = (by: Conversion, amounts: readonly number[], target: number): readonly number[] => {
  let own = 0;
  let told = 0;
  const parts = amounts.map((amount) => {
    own += amount;
    const part = convertBy(by, own) - told;
    told += part;
    return part;
  });
  const largest = amounts.reduce((best, amount, i) => (Math.abs(amount) > Math.abs(amounts[best] ?? 0) ? i : best), 0);
  return parts.map((part, i) => (i === largest ? part + target - told : part));
};

type LineField = 'gross' | 'discounts' | 'refunds';

/** Lines converted: they sum to the converted entry where they summed to the entry. */
const convertedLines = (by: Conversion, entry: LedgerEntry, booked: Amounts): readonly LineChange[] => {
  const lines = entry.lines ?? [];
  const field = (name: LineField): readonly number[] => {
    const amounts = lines.map((line) => line[name] ?? 0);
    if (amounts.every((amount) => amount === 0)) return amounts;
    const own = sum(amounts);
    return shared(by, amounts, own === entry[name] ? booked[name] : convertBy(by, own));
  };
  const [gross, discounts, refunds] = [field('gross'), field('discounts'), field('refunds')];
  return lines.map(({ lineId, units, of }, i) => ({
    lineId,
    ...(units !== undefined && { units }),
    ...(gross[i] && { gross: gross[i] }),
    ...(discounts[i] && { discounts: discounts[i] }),
    ...(refunds[i] && { refunds: refunds[i] }),
    ...(of && { of }),
  }));
};

/** Each entry as the difference between the converted totals before and after it. */
const convertedEntries = (by: Conversion, sale: Sale, entries: readonly LedgerEntry[]): readonly LedgerEntry[] => {
  let own: Amounts = { ...sale, refunds: 0, excess: 0 };
  let booked = convertedTotals(by, own);
  return entries.map((entry) => {
    own = combined(own, entry, 1);
    const after = convertedTotals(by, own);
    const moved = combined(after, booked, -1);
    booked = after;
    return { ...entry, ...moved, ...(entry.lines && { lines: convertedLines(by, entry, moved) }) };
  });
};

const isExact = (amounts: object): boolean =>
  Object.values(amounts).every((amount) => typeof amount !== 'number' || Number.isSafeInteger(amount));

/**
 * The order with sale, entries and `booked` figures converted; its own figures and lines stay. Sale + entries are the
 * booked figures, or nothing once it is cancelled. Undefined where an amount would not be exact any more.
 */
export const bookOrder = (folded: FoldedOrder, by: Conversion): FoldedOrder | undefined => {
  if (folded.sale === null) return folded;
  const { excess: _none, ...figures } = convertedTotals(by, { ...folded.current, excess: 0 });
  const { gross, discounts, shipping, tax } = convertedTotals(by, { ...folded.sale, refunds: 0, excess: 0 });
  const entries = convertedEntries(by, folded.sale, folded.entries);
  const booked = { ...figures, net: figures.gross - figures.discounts - figures.refunds };
  if (![booked, { gross, shipping, tax }, ...entries].every(isExact)) return undefined;
  return { ...folded, fx: by, booked, sale: { ...folded.sale, gross, discounts, shipping, tax }, entries };
};

/** An order's figures in the merchant's currency: what reports add up. */
export const bookedOf = ({ booked, current }: Pick<FoldedOrder, 'booked' | 'current'>): BookedFigures =>
  booked ?? current;
