// Instants as shops write them: ISO 8601 with an offset, sometimes with nanoseconds.
import * as z from 'zod';

const EARLIEST = Date.parse('1970-01-01T00:00:00Z');
const LATEST = Date.parse('3000-01-01T00:00:00Z');

/**
 * An instant with an offset (31 February is none), as milliseconds since the epoch. Of the years 1970 to 2999: a date
 * beyond them is a slip of the sender's, and near the ends of the calendar it belongs to no day of some time zone.
 */
export const shopInstant = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .refine((instant) => instant >= EARLIEST && instant < LATEST, 'must be an instant of the years 1970 to 2999');

/** Milliseconds since the epoch, or null for whatever is no such instant. */
export const instantOf = (text: unknown): number | null => {
  const instant = shopInstant.safeParse(text);
  return instant.success ? instant.data : null;
};

/** The same for a time that may be told without an offset and is then UTC, as WordPress writes its `_gmt` fields. */
export const shopInstantInUtc = (text: string | null | undefined): number | null =>
  instantOf(text && !/(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? `${text}Z` : text);
