// The fields that several entities share: ids, days, money, lists.
import * as z from 'zod';
import { isDay } from '../domain/days.ts';
import { exponentOf } from '../platform/currencies.ts';

/** The largest amount taken in: a hundred billion major units of most currencies, far within exact integers. */
const MAX_AMOUNT = 10_000_000_000_000;

/** Characters that show nothing at all: controls, formats such as bidi marks, white space, fillers, blank Braille. */
const VISIBLE = /[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Text a person can read in one line: some of it visible, none of it control characters. */
export const readable = (value: z.core.ParsePayload<string>): void => {
  const issue = (code: string, message: string) =>
    value.issues.push({ code: 'custom', input: value.value, message, params: { code } });
  if (value.value === '') return;
  if (!VISIBLE.test(value.value)) issue('blank', 'must have a visible character');
  else if (/\p{Cc}/u.test(value.value)) issue('control_character', 'must not contain control characters');
};

export const text = (max: number) => z.string().trim().min(1).max(max).check(readable);

/** Numbers a caller gives: far within what the table keeps exactly, which begins at 1e-130 and ends at 2^53. */
const MAX_NUMBER = 1_000_000_000_000_000;

/** A number of at most four decimals. */
export const decimal = (min = -MAX_NUMBER, max = MAX_NUMBER) =>
  z
    .number()
    .min(min)
    .max(max)
    .refine((value) => Number.isInteger(value) || /^-?\d+\.\d{1,4}$/.test(String(value)), {
      message: 'must have at most 4 decimals',
      params: { code: 'too_many_decimals' },
    });

/** Far enough from the ends of the calendar for a day to have neighbours in any zone. */
const isUsefulDay = (text: string): boolean => isDay(text) && text >= '1900-01-01' && text < '3000-01-01';

export const Day = z
  .string()
  .refine(isUsefulDay, {
    message: 'must be a calendar day, YYYY-MM-DD, of 1900 to 2999',
    params: { code: 'invalid_day' },
  })
  .meta({ description: "A day in the merchant's time zone", format: 'date', example: '2026-11-20' });

const FIRST_INSTANT = Date.parse('1970-01-01T00:00:00Z');
const END_OF_INSTANTS = Date.parse('3000-01-01T00:00:00Z');

export const Instant = z.iso
  .datetime({ offset: true })
  .refine((value) => Date.parse(value) >= FIRST_INSTANT && Date.parse(value) < END_OF_INSTANTS, {
    message: 'must be an instant of the years 1970 to 2999',
    params: { code: 'invalid_instant' },
  })
  .meta({ description: 'An instant, ISO 8601, of the years 1970 to 2999' });

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
  .check(readable)
  .meta({ description: "The caller's own id, unique per merchant and kind; usable anywhere as ext_<externalId>" });

/** A reference to another entity: its id, or `ext_` and the caller's own. */
export const Reference = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^(${prefix}_[A-Za-z0-9_-]{4,40}|ext_[^\\s/?#]{1,100})$`), `must be ${prefix}_... or ext_...`)
    .meta({ description: `An id ${prefix}_... or ext_<externalId>` });

export const PageQuery = {
  limit: z.coerce.number().int().min(1).max(100).optional().meta({ description: 'How many, 1 to 100; default 25' }),
  cursor: z.string().optional().meta({ description: 'The nextCursor of the page before' }),
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
