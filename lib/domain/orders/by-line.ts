// An order's money line by line: as it stands, as it was sold, and what each happening since changed of each line.
import { sharesOf } from '../split.ts';
import { bookedOf } from './booking.ts';
import type { OrderLine } from './events.ts';
import type { FoldedOrder } from './fold.ts';
import { byTime, type LedgerEntry, type LineChange, lineGross } from './ledger.ts';

/** What a line is, as reports tell lines apart. */
export type LineKind = Pick<OrderLine, 'sku' | 'productId' | 'collections'>;

/** What of an order's money is a line's, or of no line. */
export interface LineMoney {
  readonly of: LineKind;
  readonly units: number;
  readonly gross: number;
  readonly discounts: number;
  readonly refunds: number;
}

type Money = Omit<LineMoney, 'of'>;

/** Something that moved an order's money, divided: the parts add up to it in every figure. */
interface DividedStep {
  /** Of the ledger entry; null for the sale. */
  readonly entryId: string | null;
  readonly parts: readonly LineMoney[];
}

export interface DividedOrder {
  /** As it stands, all that happened to it included. */
  readonly current: readonly LineMoney[];
  /** The sale and then what happened, oldest first, without the cancellation: that takes back all of them. */
  readonly steps: readonly DividedStep[];
}

const FIGURES = ['units', 'gross', 'discounts', 'refunds'] as const;
const NOTHING: Money = { units: 0, gross: 0, discounts: 0, refunds: 0 };
const NO_LINE: LineKind = { sku: null, productId: null, collections: [] };

const plus = (a: Money, b: Partial<Money>, sign: 1 | -1 = 1): Money => ({
  units: a.units + sign * (b.units ?? 0),
  gross: a.gross + sign * (b.gross ?? 0),
  discounts: a.discounts + sign * (b.discounts ?? 0),
  refunds: a.refunds + sign * (b.refunds ?? 0),
});

const isMoney = (money: Money): boolean => FIGURES.some((figure) => money[figure] !== 0);

type ByLine = ReadonlyMap<string, Money>;

/** The lines' money as parts, and what they don't sum to as a part of no line. */
const divided = (total: Money, byLine: ByLine, kinds: ReadonlyMap<string, LineKind>): readonly LineMoney[] => {
  const parts = [...byLine].map(([lineId, money]) => ({ of: kinds.get(lineId) ?? NO_LINE, ...money })).filter(isMoney);
  const rest = parts.reduce((left, part) => plus(left, part, -1), plus(NOTHING, total));
  return isMoney(rest) ? [...parts, { of: NO_LINE, ...rest }] : parts;
};

/** What each line was sold for as the order stands, in the merchant's currency; gift cards are none of it. */
const soldByLine = (fold: Omit<FoldedOrder, 'entries'>): ByLine => {
  const lines = fold.lines.filter(({ giftCard }) => !giftCard);
  const own = { gross: lines.map(lineGross), discounts: lines.map(({ discount }) => discount) };
  const inCurrency = (figure: keyof typeof own): readonly number[] => {
    if (!fold.booked) return own[figure];
    const rest = own[figure].reduce((left, amount) => left - amount, fold.current[figure]);
    // The rest comes first: it takes what can't be divided in proportion to anything.
    return sharesOf(fold.booked[figure], [rest, ...own[figure]]).slice(1);
  };
  const [gross, discounts] = [inCurrency('gross'), inCurrency('discounts')];
  return new Map(
    lines.map(({ id, quantity }, i) => [
      id,
      { units: quantity, gross: gross[i] ?? 0, discounts: discounts[i] ?? 0, refunds: 0 },
    ]),
  );
};

/** The lines' money with changes added, or taken back. */
const changed = (byLine: ByLine, changes: readonly LineChange[], sign: 1 | -1): ByLine => {
  const result = new Map(byLine);
  for (const change of changes) {
    result.set(change.lineId, plus(result.get(change.lineId) ?? NOTHING, change, sign));
  }
  return result;
};

/** What each line is: as the order has it, else as the change says that took it out. */
const kindsOf = (lines: readonly OrderLine[], changes: readonly LineChange[]): ReadonlyMap<string, LineKind> =>
  new Map<string, LineKind>([
    ...changes.flatMap(({ lineId, of }): [string, LineKind][] => (of && !of.giftCard ? [[lineId, of]] : [])),
    ...lines.filter(({ giftCard }) => !giftCard).map((line): [string, LineKind] => [line.id, line]),
  ]);

/**
 * Divides an order that counts. The sale's lines are those of the order as it stands less what edits changed of them;
 * refunds by line are those that the ledger tells. What the shop doesn't divide, such as a refund without items or a
 * discount on the whole order, is of no line. `entries` are all of the order's, in the merchant's currency, lines included.
 */
export const dividedOrder = (fold: Omit<FoldedOrder, 'entries'>, entries: readonly LedgerEntry[]): DividedOrder => {
  const changes = entries.flatMap(({ lines = [] }) => lines);
  const kinds = kindsOf(fold.lines, changes);
  const sold = soldByLine(fold);
  const edits = changes.map(({ refunds: _refunds, ...edit }) => edit);
  const { gross, discounts, refunds } = bookedOf(fold);
  const refundsOnly = changes.map((change) => ({ lineId: change.lineId, refunds: change.refunds ?? 0 }));
  const current = changed(sold, refundsOnly, 1);
  const sale = fold.sale && { ...fold.sale, refunds: 0 };
  const steps = entries
    .filter(({ type }) => type !== 'cancellation')
    .toSorted(byTime)
    .map((entry) => ({
      entryId: entry.id,
      parts: divided(entry, changed(new Map(), entry.lines ?? [], 1), kinds),
    }));
  return {
    current: divided({ units: fold.units, gross, discounts, refunds }, current, kinds),
    steps: sale ? [{ entryId: null, parts: divided(sale, changed(sold, edits, -1), kinds) }, ...steps] : [],
  };
};
