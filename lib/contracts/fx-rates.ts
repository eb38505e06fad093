// Exchange rates: set one, import a bank's, list them.
import * as z from 'zod';
import { rateText } from '../domain/fx.ts';
import { Currency, Day, PageQuery, pageOf, text } from './fields.ts';
import { route } from './route.ts';

/** A number is read by its shortest decimal form, as amounts of shops are. */
const RateGiven = z
  .union([z.string().max(64), z.number()])
  .transform((given, context) => {
    const rate = rateText(String(given));
    if (rate !== undefined) return rate;
    const message = 'must be a positive decimal of at most 20 digits';
    context.addIssue({ code: 'custom', message, params: { code: 'invalid_rate' } });
    return z.NEVER;
  })
  .meta({ description: 'One base = rate quotes: a positive decimal of at most 20 digits, as text or number' });

const RateDay = Day.meta({
  description: 'The day it is of; it is in force on it and, where no newer is, 7 days after',
});

const FxRatePut = z.strictObject({
  date: RateDay,
  base: Currency,
  quote: Currency,
  rate: RateGiven,
  source: text(100).optional().meta({ description: 'Who says so; default manual' }),
});

const FxRate = z
  .object({
    date: z.string(),
    base: z.string(),
    quote: z.string(),
    rate: z.string().meta({ description: 'Decimal text: one base = rate quotes' }),
    source: z.string(),
    setAt: z.string(),
  })
  .meta({ id: 'FxRate' });

const Imported = z.object({
  accepted: z.int().meta({ description: 'Rates that are new, or other than what was there' }),
  duplicates: z.int().meta({ description: 'Rates that were there already' }),
  kept: z.int().meta({ description: 'Rates that PUT /v1/fx-rates has set: no file takes them away' }),
  rejected: z
    .array(z.object({ line: z.int(), code: z.string(), message: z.string() }))
    .meta({ description: 'What could not be read, by line; the rest of the file is taken' }),
});

const rates = { tag: 'Exchange rates', serves: 'api' as const };

export const fxRateRoutes = {
  putFxRate: route({
    ...rates,
    id: 'putFxRate',
    method: 'PUT',
    path: '/v1/fx-rates',
    summary: 'Set the rate of two currencies for a day; orders that waited for it, or have another, follow',
    scope: 'write',
    body: FxRatePut,
    responses: { 200: { description: 'The rate', schema: FxRate } },
  }),
  listFxRates: route({
    ...rates,
    id: 'listFxRates',
    method: 'GET',
    path: '/v1/fx-rates',
    summary: 'Rates as set or imported, the newest day first',
    scope: 'read',
    csv: true,
    query: z.strictObject({
      ...PageQuery,
      from: Day.optional(),
      to: Day.optional(),
      base: Currency.optional(),
      quote: Currency.optional(),
    }),
    responses: { 200: { description: 'A page', schema: pageOf(FxRate) } },
  }),
  importFxRates: route({
    ...rates,
    id: 'importFxRates',
    method: 'POST',
    path: '/v1/imports/fx-rates',
    summary: "Import daily rates: the European Central Bank's eurofxref CSV, or its data portal's",
    scope: 'write',
    query: z.strictObject({ from: Day.optional().meta({ description: 'Leave out the days before this one' }) }),
    bodyTypes: ['text/csv'],
    responses: { 200: { description: 'What became of it', schema: Imported } },
  }),
};
