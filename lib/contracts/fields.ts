// The fields that several entities share: ids, days, money, lists.
import * as z from 'zod';
import { isDay } from '../domain/days.ts';
import { exponentOf } from '../platform/currencies.ts';

/** The largest amount taken in: a hundred billion major units of most currencies, far within exact integers. */
const MAX_AMOUNT = 10_000_000_000_000;

export const text = (max: number) => z.string().trim().min(1).max(max);

/** Far enough from the ends of the calendar for a day to have neighbours in any zone. */
const isUsefulDay = (text: string): boolean => isDay(text) && text >= '1900-01-01' && text < '3000-01-01';

export const Day = z
  .string()
  .refine(isUsefulDay, {
    message: 'must be a calendar day, YYYY-MM-DD, of 1900 to 2999',
    params: { code: 'invalid_day' },
  })
  .meta({ description: "A day in the merchant's time zone", format: 'date', example: '2026-11-20' });

export const Instant = z.iso.datetime({ offset: true }).meta({ description: 'An instant, ISO 8601' });

export const Currency = z
  .string()
  .refine((code) => exponentOf(code) !== undefined, {
    message: 'must be an ISO 4217 currency in upper case',
    params: { code: 'unknown_currency' },
  })
  .meta({ description: 'ISO 4217 currency', example: 'USD' });

/** An amount of money taken in: integer minor units, never negative. */
export const Money = z
  .strictObject({ amount: z.int().min(0).max(MAX_AMOUNT), currency: Currency })
  .meta({ id: 'Money', description: "Integer in the currency's minor unit" });

export const ExternalId = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\s/?#]+$/, 'must not contain spaces, / ? or #')
  .meta({ description: "The caller's own id, unique per merchant and kind; usable anywhere as ext_<externalId>" });

/** A reference to another entity: its id, or `ext_` and the caller's own. */
export const Reference = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^(${prefix}_[A-Za-z0-9_-]{4,40}|ext_[^\\s/?#]{1,100})$`), `must be ${prefix}_... or ext_...`)
    .meta({ description: `An id ${prefix}_... or ext_<externalId>` });

export const PageQuery = {
  limit: z.coerce.number().int().min(1).max(100).optional().meta({ description: 'How many, 1 to 100; default 25' }),
  cursor: z.string().max(2000).optional().meta({ description: 'The nextCursor of the page before' }),
};

/** What every entity's answer carries. */
export const Stamps = {
  id: z.string(),
  externalId: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  archivedAt: z.string().nullable(),
};

export const pageOf = (item: z.ZodType) => z.object({ data: z.array(item), nextCursor: z.string().nullable() });

/** A query flag: `true` or `false`. */
export const Flag = z.enum(['true', 'false']).transform((value) => value === 'true');
