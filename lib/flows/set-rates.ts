// Exchange rates supplied by hand or from a bank's file, and the orders that were waiting for them.
import { addDays, type Day, daysFrom } from '../domain/days.ts';
import type { PublishedRate } from '../domain/ecb-rates.ts';
import type { MerchantData } from '../domain/entities.ts';
import { type DayRates, LONGEST_STAND_IN_DAYS, type Quote, quotesBeside, withQuotes } from '../domain/fx.ts';
import { type ForeignOrder, foreignOrders, mergeRates, ratesBetween, writeNewDays } from '../table/fx-rates.ts';
import type { StoredRecord } from '../table/records.ts';
import { mapAtOnce } from './at-once.ts';
import { markDays } from './mark-days.ts';
import { rebookOrders } from './rebook-orders.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

/** Orders that a change of these dates' rates may concern: those of the dates and of the days they stand in for. */
const concernedBy = async (service: Service, { id }: Merchant, dates: readonly Day[]): Promise<ForeignOrder[]> => {
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return [];
  const all = await foreignOrders(service.table, id, first, addDays(last, LONGEST_STAND_IN_DAYS));
  const changed = new Set(dates);
  const isConcerned = (day: Day) => daysFrom(addDays(day, -LONGEST_STAND_IN_DAYS), day).some((one) => changed.has(one));
  const days = new Set([...new Set(all.map(({ day }) => day))].filter(isConcerned));
  return all.filter(({ day }) => days.has(day));
};

/**
 * Has rates of these dates (in order) written and the orders concerned put right. Their days are marked first, so that
 * what a crash, or want of time, leaves undone is done when they are rolled up.
 */
const changeRates = async <T>(
  service: Service,
  merchant: Merchant,
  dates: readonly Day[],
  write: () => Promise<T>,
): Promise<T> => {
  const concerned = await concernedBy(service, merchant, dates);
  await markDays(
    service,
    merchant.id,
    concerned.map(({ day }) => day),
  );
  const written = await write();
  try {
    await rebookOrders(service, merchant, concerned);
  } catch (error) {
    // The rate is set, and the days are marked: their roll-up does the rest.
    service.log.error('orders not applied again at their new rate', { merchantId: merchant.id, error });
  }
  return written;
};

/** A rate somebody supplies: one base = `rate` quotes. */
export interface SuppliedRate extends PublishedRate {
  readonly source: string;
}

const dayRatesOf = ({ date, base, quote, rate, source }: SuppliedRate, setAt: number): DayRates => ({
  ...{ date, base, quotes: { [quote]: { rate, source, setAt } } },
});

/** Sets one rate, and gives all that its base was worth on that day. */
export const setRate = (service: Service, merchant: Merchant, supplied: SuppliedRate): Promise<DayRates> =>
  changeRates(service, merchant, [supplied.date], () =>
    mergeRates(service.table, merchant.id, dayRatesOf(supplied, service.clock())),
  );

const placeOf = ({ date, base }: Pick<DayRates, 'date' | 'base'>) => `${date}#${base}`;

/** Rates gathered by day and base, the oldest first; of several for the same the last stands. */
const byDay = (rates: readonly SuppliedRate[], setAt: number): DayRates[] => {
  const days = new Map<string, { date: Day; base: string; quotes: Record<string, DayRates['quotes'][string]> }>();
  for (const { date, base, quote, rate, source } of rates) {
    const day = days.get(placeOf({ date, base })) ?? { date, base, quotes: {} };
    day.quotes[quote] = { rate, source, setAt };
    days.set(placeOf(day), day);
  }
  return [...days.values()].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
};

export interface ImportedRates {
  /** Rates that are new, or other than what was there. */
  readonly accepted: number;
  /** Rates that were there already. */
  readonly duplicates: number;
  /** Rates that somebody set, which no file of a bank takes away. */
  readonly kept: number;
}

const DAYS_A_WRITE = 100;
const WRITES_AT_ONCE = 8;
const MERGES_AT_ONCE = 16;

const inChunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

/** An import of more days is of a history: the days of it that have no rates are not looked at one by one. */
const MOST_MERGED = 100;

/**
 * Sets many rates of one source. What another source, such as a hand, has set stays. Each day's are merged with what it has; of a whole history the days without
 * any are written unconditionally, many a request.
 */
export const importRates = async (
  service: Service,
  merchant: Merchant,
  rates: readonly SuppliedRate[],
): Promise<ImportedRates> => {
  const days = byDay(rates, service.clock());
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return { accepted: 0, duplicates: 0, kept: 0 };
  const keeps = ({ source }: Quote) => source !== rates[0]?.source;
  const stored = await ratesBetween(service.table, merchant.id, first.date, last.date);
  const known = new Map(stored.map((day) => [placeOf(day), day]));
  const changes = days.map((day) => {
    const old = known.get(placeOf(day));
    const before = old ?? { ...day, quotes: {} };
    const quotes = quotesBeside(before, day.quotes, keeps);
    const kept = Object.keys(day.quotes).length - Object.keys(quotes).length;
    return { day: { ...day, quotes }, isNew: !old, changed: withQuotes(before, quotes).changed, kept };
  });
  const changed = changes.filter((change) => change.changed > 0);
  const isHistory = changed.length > MOST_MERGED;
  const fresh = changed.filter(({ isNew }) => isHistory && isNew).map(({ day }) => day);
  const merged = changed.filter(({ isNew }) => !(isHistory && isNew)).map(({ day }) => day);
  const dates = [...new Set(changed.map(({ day }) => day.date))];
  await changeRates(service, merchant, dates, async () => {
    const write = (some: readonly DayRates[]) => writeNewDays(service.table, merchant.id, some);
    await mapAtOnce(inChunks(fresh, DAYS_A_WRITE), WRITES_AT_ONCE, write);
    await mapAtOnce(merged, MERGES_AT_ONCE, (day) => mergeRates(service.table, merchant.id, day, keeps));
  });
  const accepted = changed.reduce((total, change) => total + change.changed, 0);
  const kept = changes.reduce((total, change) => total + change.kept, 0);
  return { accepted, duplicates: rates.length - accepted - kept, kept };
};
