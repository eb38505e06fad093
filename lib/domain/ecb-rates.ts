// The European Central Bank's reference rates, from the rows of either CSV it publishes.
import { type Day, isDay } from './days.ts';
import { rateText } from './fx.ts';

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface PublishedRate {
  readonly date: Day;
  readonly base: string;
  readonly quote: string;
  readonly rate: string;
}

interface RejectedLine {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/** What a file of rates says, and what of it could not be read. */
export interface PublishedRates {
  readonly rates: readonly PublishedRate[];
  readonly rejected: readonly RejectedLine[];
}

type IsCurrency = (code: string) => boolean;

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** The history has '2026-11-20', the file of the last day alone '20 November 2026'. */
const dayFrom = (written: string): Day | undefined => {
  const [, date = '', month = '', year = ''] = /^(\d{1,2}) ([A-Za-z]+) (\d{4})$/.exec(written) ?? [];
  const spelt = `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${date.padStart(2, '0')}`;
  return [written, spelt].find(isDay);
};

/** Currencies that were not quoted then, or not any more, and holidays of the data portal. */
const isNone = (cell: string): boolean => cell === '' || cell === 'N/A' || cell === 'NaN';

const cut = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}...` : text);

const noDay = (line: number, written: string): RejectedLine => ({
  ...{ line, code: 'invalid_day', message: `${cut(written) || 'Nothing'} is no day` },
});

const noRate = (line: number, quote: string): RejectedLine => ({
  ...{ line, code: 'invalid_rate', message: `The rate of ${quote} is no positive decimal of at most 20 digits` },
});

const noCurrency = (line: number, code: string): RejectedLine => ({
  ...{ line, code: 'unknown_currency', message: `${cut(code) || 'Nothing'} is no ISO 4217 currency today` },
});

interface Gathered {
  readonly rates: PublishedRate[];
  readonly rejected: RejectedLine[];
}

/** eurofxref-hist.csv and eurofxref.csv: a line a day, a column a currency, all per euro. */
const fromColumns = (head: Row, rows: readonly Row[], isCurrency: IsCurrency): PublishedRates => {
  const { rates, rejected }: Gathered = { rates: [], rejected: [] };
  const quotes = head.cells.map((cell, i) => (i === 0 ? '' : cell.trim()));
  // Old columns are of currencies that the euro replaced: said once, not for each of thousands of lines.
  for (const quote of quotes) if (quote !== '' && !isCurrency(quote)) rejected.push(noCurrency(head.line, quote));
  const known = quotes.map((quote) => (isCurrency(quote) ? quote : undefined));
  for (const { line, cells } of rows) {
    const written = (cells[0] ?? '').trim();
    const date = dayFrom(written);
    if (date === undefined) {
      rejected.push(noDay(line, written));
      continue;
    }
    for (const [i, quote] of known.entries()) {
      const cell = (cells[i] ?? '').trim();
      if (quote === undefined || isNone(cell)) continue;
      const rate = rateText(cell);
      if (rate === undefined) rejected.push(noRate(line, quote));
      else rates.push({ date, base: 'EUR', quote, rate });
    }
  }
  return { rates, rejected };
};

const PORTAL_COLUMNS = ['CURRENCY', 'CURRENCY_DENOM', 'TIME_PERIOD', 'OBS_VALUE'] as const;

/** The data portal's SDMX-CSV: a line for each currency and day. */
const fromPortal = (head: Row, rows: readonly Row[], isCurrency: IsCurrency): PublishedRates => {
  const { rates, rejected }: Gathered = { rates: [], rejected: [] };
  const places = PORTAL_COLUMNS.map((name) => head.cells.indexOf(name));
  const typePlace = head.cells.indexOf('EXR_TYPE');
  for (const { line, cells } of rows) {
    const [quote = '', base = '', written = '', value = ''] = places.map((place) => cells[place] ?? '');
    if (isNone(value)) continue;
    const date = dayFrom(written);
    const rate = rateText(value);
    const unknown = [quote, base].find((code) => !isCurrency(code));
    // Indices and forward rates are kept under the same columns.
    if (typePlace !== -1 && cells[typePlace] !== 'SP00') {
      rejected.push({ line, code: 'not_a_spot_rate', message: 'Only rates of EXR_TYPE SP00 convert money' });
    } else if (unknown !== undefined) rejected.push(noCurrency(line, unknown));
    else if (date === undefined) rejected.push(noDay(line, written));
    else if (rate === undefined) rejected.push(noRate(line, quote));
    else rates.push({ date, base, quote, rate });
  }
  return { rates, rejected };
};

/** Reads a file of the ECB's by its header; undefined when it is neither of the two kinds. */
export const ecbRates = (rows: readonly Row[], isCurrency: IsCurrency): PublishedRates | undefined => {
  const [head, ...rest] = rows;
  if (head?.cells[0]?.trim() === 'Date') return fromColumns(head, rest, isCurrency);
  if (head && PORTAL_COLUMNS.every((name) => head.cells.includes(name))) return fromPortal(head, rest, isCurrency);
  return undefined;
};
