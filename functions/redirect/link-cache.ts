// Links, and what else stands behind an address, kept in the warm process for a minute, misses for some seconds, within a
// bound; longer while the table is away.
import type { Service } from '../../lib/flows/service.ts';
import { within } from '../../lib/flows/within.ts';
import { createBoundedMap } from '../../lib/platform/bounded-map.ts';
import { recordAt, type StoredRecord } from '../../lib/table/records.ts';
import type { Key } from '../../lib/table/table.ts';

type Found = StoredRecord<unknown> | undefined;

const KEPT_MS = 60_000;
/** A link minted right after somebody tried its address works before anyone wonders. */
const MISS_KEPT_MS = 5_000;
/** While the table can't be asked, what was last read is served, and asked for again after this long. */
const STALE_KEPT_MS = 5_000;
/** The table answers in some milliseconds or is in trouble; whoever knows the link goes on then. */
const REFRESH_MS = 75;
const MOST_KEPT = 10_000;

interface Kept {
  readonly record: Found;
  readonly until: number;
}

/**
 * Records by key: one eventually consistent read at most once a minute each, shared by those who ask at once. A record that
 * can't be read again, or not at once, is served as last read; throws when it never was.
 */
export const createLinkCache = ({ table, clock, log }: Pick<Service, 'table' | 'clock' | 'log'>) => {
  const kept = createBoundedMap<Kept>(MOST_KEPT);
  const reading = new Map<string, Promise<Found>>();
  const read = async (key: Key) => {
    const record = await recordAt<unknown>(table, key, false);
    kept.set(key.pk, { record, until: clock() + (record ? KEPT_MS : MISS_KEPT_MS) });
    return record;
  };
  const readOrKept = async (key: Key) => {
    const last = kept.get(key.pk)?.record;
    // Whoever's link is not known waits for as long as the table's client has patience.
    if (!last) return read(key);
    try {
      const found = await within(REFRESH_MS, Promise.all([read(key)]), undefined);
      if (!found) throw new Error(`not read again within ${REFRESH_MS} ms`);
      return found[0];
    } catch (error) {
      log.error('served as last read', { id: last.id, error });
      kept.set(key.pk, { record: last, until: clock() + STALE_KEPT_MS });
      return last;
    }
  };
  const found = async (key: Key): Promise<Found> => {
    const known = kept.get(key.pk);
    if (known && clock() < known.until) return known.record;
    const under = reading.get(key.pk) ?? readOrKept(key).finally(() => reading.delete(key.pk));
    reading.set(key.pk, under);
    return under;
  };
  return { at: <D>(key: Key) => found(key) as Promise<StoredRecord<D> | undefined> };
};

export type LinkCache = ReturnType<typeof createLinkCache>;
