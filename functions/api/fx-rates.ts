// Exchange rates: set by hand, imported from the European Central Bank, listed.
import { fxRateRoutes } from '../../lib/contracts/fx-rates.ts';
import { ecbRates } from '../../lib/domain/ecb-rates.ts';
import { importRates, setRate } from '../../lib/flows/set-rates.ts';
import { csvRows } from '../../lib/http/csv-rows.ts';
import { invalid } from '../../lib/http/refusal.ts';
import { textBody } from '../../lib/http/validate.ts';
import { exponentOf } from '../../lib/platform/currencies.ts';
import { type ListedRate, ratesNewestFirst } from '../../lib/table/fx-rates.ts';
import { iso } from './instants.ts';
import { page } from './lists.ts';
import { type Call, operation } from './operation.ts';

/** A file with more lines that can't be read is not a file of rates. */
const MOST_REJECTED = 1_000;

const present = ({ date, base, quote, rate, source, setAt }: ListedRate) => ({
  ...{ date, base, quote, rate, source, setAt: iso(setAt) },
});

const putRate = operation(fxRateRoutes.putFxRate, async ({ service, merchant, body }) => {
  const { date, base, quote, rate, source = 'manual' } = body;
  if (base === quote) throw invalid('/quote', 'same_currency', 'must be another currency than base');
  const { quotes } = await setRate(service, merchant, { date, base, quote, rate, source });
  // As it stands: one that said the same before keeps its time.
  const stored = quotes[quote] ?? { rate, source, setAt: service.clock() };
  return { status: 200, body: present({ date, base, quote, ...stored }) };
});

const listRates = operation(fxRateRoutes.listFxRates, (call) => {
  const { from, to, base, quote } = call.query;
  if (from && to && to < from) throw invalid('/query/to', 'ends_before_start', 'must not be before from');
  return page(
    call as Call,
    fxRateRoutes.listFxRates.id,
    (position) => ratesNewestFirst(call.service.table, call.merchant.id, { from, to, position }),
    (rate) => (!base || rate.base === base) && (!quote || rate.quote === quote),
    (rates) => rates.map(present),
  );
});

const importEcb = operation(fxRateRoutes.importFxRates, async ({ service, merchant, query, request }) => {
  const { rows, fault } = csvRows(textBody(request));
  const read = ecbRates(rows, (code) => exponentOf(code) !== undefined);
  if (!read) {
    const message = 'must begin with the header of eurofxref.csv, eurofxref-hist.csv or of the ECB data portal';
    throw invalid('', 'unknown_columns', message);
  }
  const rejected = [...read.rejected, ...(fault ? [{ code: 'malformed_csv', ...fault }] : [])];
  if (rejected.length > MOST_REJECTED) {
    throw invalid('', 'not_rates', `has ${rejected.length} places that are no rates: nothing of it was taken`);
  }
  const wanted = read.rates.filter(({ date }) => query.from === undefined || date >= query.from);
  const sourced = wanted.map((rate) => ({ ...rate, source: 'ECB' }));
  return { status: 200, body: { ...(await importRates(service, merchant, sourced)), rejected } };
});

export const fxRateOperations = [putRate, listRates, importEcb];
