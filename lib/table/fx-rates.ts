// A merchant's exchange rates, one item for each day and base, and which days orders were converted on.
import type { Day } from '../domain/days.ts';
import { type DayRates, type Quote, quotesBeside, withQuotes } from '../domain/fx.ts';
import { keys } from './keys.ts';
import { packed, unpacked } from './packed.ts';
import { allItems, getItem, type Item, NOT_THERE, putItem, queryItems, type Table, writeItems } from './table.ts';

const rateOf = (item: Item): DayRates => {
  const [date = '', base = ''] = item.sk.split('#');
  return { date, base, quotes: unpacked<DayRates['quotes']>(item.quotes) };
};

const itemOf = (merchantId: string, { date, base, quotes }: DayRates, revision: number): Item => ({
  ...keys.fxRates(merchantId, date, base),
  v: 1,
  revision,
  quotes: packed(quotes),
});

/** The rates of the days from one to another, both included. */
export const ratesBetween = async (table: Table, merchantId: string, from: Day, to: Day): Promise<DayRates[]> => {
  const items = await allItems(table, keys.fxRatesPartition(merchantId), { from: `${from}#`, to: `${to}#~` });
  return items.map(rateOf);
};

const ATTEMPTS = 20;

/**
 * Lays quotes over those a day has, but for those that `keeps` says are to stay; of two writers at once neither loses the
 * other's. Gives the day as it now stands.
 */
export const mergeRates = async (
  table: Table,
  merchantId: string,
  { date, base, quotes }: DayRates,
  keeps: (known: Quote) => boolean = () => false,
): Promise<DayRates> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const item = await getItem(table, keys.fxRates(merchantId, date, base));
    const known = item ? rateOf(item) : { date, base, quotes: {} };
    const { rates, changed } = withQuotes(known, quotesBeside(known, quotes, keeps));
    if (changed === 0) return rates;
    const revision = Number(item?.revision ?? 0);
    const seen = { expression: 'revision = :seen', values: { ':seen': revision } };
    const next = itemOf(merchantId, rates, revision + 1);
    if (await putItem(table, next, item ? seen : NOT_THERE)) return rates;
  }
  throw new Error(`The rates of ${base} on ${date} kept changing while they were set`);
};

/** Writes days that had no rates, many a request: thousands of them are a bank's whole history. */
export const writeNewDays = (table: Table, merchantId: string, days: readonly DayRates[]): Promise<void> =>
  writeItems(
    table,
    days.map((day) => itemOf(merchantId, day, 1)),
  );

export interface ListedRate extends Quote {
  readonly date: Day;
  readonly base: string;
  readonly quote: string;
}

/** Streams a merchant's rates, the newest day first, after `position` when given. */
export async function* ratesNewestFirst(
  table: Table,
  merchantId: string,
  span: { readonly from?: Day | undefined; readonly to?: Day | undefined; readonly position?: string | undefined },
): AsyncGenerator<{ readonly item: ListedRate; readonly position: string }> {
  const [date, base, last = ''] = span.position?.split('#') ?? [];
  const from = `${span.from ?? '0000-00-00'}#`;
  const to = date === undefined ? `${span.to ?? '9999-99-99'}#~` : `${date}#${base}`;
  if (from > to) return;
  const items = queryItems(table, keys.fxRatesPartition(merchantId), { from, to, newestFirst: true, limit: 100 });
  for await (const stored of items) {
    const rates = rateOf(stored);
    const isResumed = rates.date === date && rates.base === base;
    for (const [quote, told] of Object.entries(rates.quotes).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (isResumed && quote <= last) continue;
      const item = { date: rates.date, base: rates.base, quote, ...told };
      yield { item, position: `${rates.date}#${rates.base}#${quote}` };
    }
  }
}

/** Leads from a day to an order of another currency that was placed on it. Never taken back: the order says the rest. */
export const pointToForeignOrder = (table: Table, merchantId: string, day: Day, orderId: string): Promise<boolean> =>
  putItem(table, { ...keys.foreignOrder(merchantId, day, orderId), v: 1 });

export interface ForeignOrder {
  readonly day: Day;
  readonly orderId: string;
}

/** The orders of other currencies placed on the days from one to another, both included, the oldest first. */
export const foreignOrders = async (table: Table, merchantId: string, from: Day, to: Day): Promise<ForeignOrder[]> => {
  const span = { from: `${from}#`, to: `${to}#~`, only: ['sk'] };
  const items = await allItems(table, keys.foreignOrderPartition(merchantId), span);
  return items.map(({ sk }) => {
    const [day = '', orderId = ''] = sk.split('#');
    return { day, orderId };
  });
};
