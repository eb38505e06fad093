// Exchange rates: decimal text in, integer minor units out, and never a float in between.
import { addDays, type Day } from './days.ts';

/** One base = `rate` quotes, as somebody published or supplied it. `rate` is decimal text as `rateText` gives it. */
export interface Quote {
  readonly rate: string;
  readonly source: string;
  /** When it was stored, in ms. */
  readonly setAt: number;
}

/** What one unit of a currency was worth on a day, in others. */
export interface DayRates {
  readonly date: Day;
  readonly base: string;
  readonly quotes: Readonly<Record<string, Quote>>;
}

/** The rate an amount of `base` becomes one of `quote` by: one base = `rate` quotes. */
export interface Conversion {
  readonly rate: string;
  readonly base: string;
  readonly quote: string;
  /** The day it was published for: that of the order, or one shortly before it. */
  readonly on: Day;
  readonly source: string;
  /** How many more decimals the minor units of `quote` have than those of `base`; absent = as many. */
  readonly shift?: number;
}

/** Banks publish none on weekends and holidays: a rate stands in for the days after it, but not for longer. */
export const LONGEST_STAND_IN_DAYS = 7;

/** As many digits as anybody quotes, and far more. */
const MOST_DIGITS = 20;

/** Digits kept of a rate that is worked out from others: an amount of 13 digits comes out the same to the last of them. */
const SIGNIFICANT_DIGITS = 16;

const DECIMAL = /^(\d{1,20})(?:\.(\d{1,20}))?$/;

/**
 * A rate as it is kept: plain decimal text without needless zeros ('1.0800' is '1.08'), so that equal rates are equal
 * text. Undefined for what is not a positive decimal of at most 20 digits ('', '0', '-1', '1e3', '1,08').
 */
export const rateText = (written: string): string | undefined => {
  const match = DECIMAL.exec(written);
  if (match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  if (whole.length + fraction.length > MOST_DIGITS) return undefined;
  const [plain, decimals] = [whole.replace(/^0+(?=\d)/, ''), fraction.replace(/0+$/, '')];
  const text = decimals === '' ? plain : `${plain}.${decimals}`;
  return text === '0' ? undefined : text;
};

interface Ratio {
  readonly over: bigint;
  readonly under: bigint;
}

const ratioOf = (rate: string): Ratio => {
  const [whole = '', fraction = ''] = rate.split('.');
  return { over: BigInt(whole + fraction), under: 10n ** BigInt(fraction.length) };
};

/** Half away from zero; `under` is positive. */
const rounded = (over: bigint, under: bigint): bigint => {
  const magnitude = ((over < 0n ? -over : over) * 2n + under) / (under * 2n);
  return over < 0n ? -magnitude : magnitude;
};

/** A ratio as decimal text of 16 or 17 significant digits, fewer if it is tiny; undefined where no rate has its size. */
const decimalOf = ({ over, under }: Ratio): string | undefined => {
  const longer = String(over).length - String(under).length;
  const room = MOST_DIGITS - Math.max(1, longer + 1);
  const places = Math.max(0, Math.min(SIGNIFICANT_DIGITS - longer, room));
  const digits = String(rounded(over * 10n ** BigInt(places), under)).padStart(places + 1, '0');
  return rateText(places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`);
};

/**
 * Minor units of one currency in those of another, half away from zero; `rate` is how many of the second one of the first
 * is worth, the exponents are their ISO 4217 ones. Beyond 2^53 the result is not exact, and so no amount.
 */
export const convert = (minor: number, rate: string, fromExponent: number, toExponent: number): number => {
  const { over, under } = ratioOf(rate);
  return Number(rounded(BigInt(minor) * over * 10n ** BigInt(toExponent), under * 10n ** BigInt(fromExponent)));
};

/** The same by a conversion that knows its exponents. */
export const convertBy = ({ rate, shift = 0 }: Pick<Conversion, 'rate' | 'shift'>, minor: number): number =>
  convert(minor, rate, Math.max(0, -shift), Math.max(0, shift));

const sourcesOf = (quotes: readonly Quote[]): string => [...new Set(quotes.map(({ source }) => source))].join(', ');

type FoundRate = Pick<Conversion, 'rate' | 'source'>;

const workedOut = (ratio: Ratio, quotes: readonly Quote[]): FoundRate | undefined => {
  const rate = decimalOf(ratio);
  return rate === undefined ? undefined : { rate, source: sourcesOf(quotes) };
};

/** Of one day's rates: the one published, else the other way round, else through a currency that both are quoted in. */
const rateAmong = (rates: readonly DayRates[], base: string, quote: string): FoundRate | undefined => {
  const direct = rates.find((one) => one.base === base)?.quotes[quote];
  if (direct) return { rate: direct.rate, source: direct.source };
  const back = rates.find((one) => one.base === quote)?.quotes[base];
  if (back) {
    const { over, under } = ratioOf(back.rate);
    return workedOut({ over: under, under: over }, [back]);
  }
  for (const { quotes } of rates.toSorted((a, b) => (a.base < b.base ? -1 : 1))) {
    const [first, second] = [quotes[base], quotes[quote]];
    if (!first || !second) continue;
    const [from, to] = [ratioOf(first.rate), ratioOf(second.rate)];
    return workedOut({ over: to.over * from.under, under: to.under * from.over }, [first, second]);
  }
  return undefined;
};

/**
 * The rate in force for a day: of the newest date up to it, at most 7 days older, that gives one. Worked out from others
 * (inverse or cross, never across dates) it is rounded to 16 digits, and what it is stored as is what is converted by.
 */
export const rateInForce = (
  rates: readonly DayRates[],
  day: Day,
  base: string,
  quote: string,
): Omit<Conversion, 'shift'> | undefined => {
  const oldest = addDays(day, -LONGEST_STAND_IN_DAYS);
  const dates = [...new Set(rates.map(({ date }) => date))].filter((date) => oldest <= date && date <= day);
  for (const on of dates.sort().reverse()) {
    const found = rateAmong(
      rates.filter(({ date }) => date === on),
      base,
      quote,
    );
    if (found) return { ...found, base, quote, on };
  }
  return undefined;
};

/** Those of some quotes that may be laid over a day's rates, where `keeps` says which of its own are to stay. */
export const quotesBeside = (
  known: DayRates,
  quotes: DayRates['quotes'],
  keeps: (known: Quote) => boolean,
): DayRates['quotes'] =>
  Object.fromEntries(
    Object.entries(quotes).filter(([quote]) => {
      const old = known.quotes[quote];
      return old === undefined || !keeps(old);
    }),
  );

/** A day's rates with others laid over them, and how many of those are new or other than what was there. */
export const withQuotes = (known: DayRates, quotes: DayRates['quotes']): { rates: DayRates; changed: number } => {
  const isNews = ([quote, { rate, source }]: [string, Quote]) => {
    const old = known.quotes[quote];
    return old?.rate !== rate || old.source !== source;
  };
  const news = Object.entries(quotes).filter(isNews);
  return { rates: { ...known, quotes: { ...known.quotes, ...Object.fromEntries(news) } }, changed: news.length };
};
