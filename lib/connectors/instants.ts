// Instants as shops write them: ISO 8601 with an offset, sometimes with nanoseconds.
import * as z from 'zod';

const isoInstant = z.iso.datetime({ offset: true });

/** Milliseconds since the epoch, or null for whatever is no instant with an offset (31 February included). */
export const instantOf = (text: unknown): number | null => {
  const instant = isoInstant.safeParse(text);
  return instant.success ? Date.parse(instant.data) : null;
};
