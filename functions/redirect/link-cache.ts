// Links, and what else stands behind an address, kept in the warm process for a minute, misses for some seconds, within a
// bound; longer while the table is away.
import type { Service } from '../../lib/flows/service.ts';
import { createTrouble } from '../../lib/flows/trouble.ts';
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
/** Of a shopper's request, until what it knows already is served: the table answers in some milliseconds or is in trouble. */
const REFRESH_MS = 100;
/** What the second of two reads has when the first took all of it. */
const LEAST_MS = 10;
/** A link that was never read here is waited for longer: a page that says it leads nowhere would be worse. */
const FIRST_MS = 1_000;
/** But not by everybody while the table is away: a process that waits serves nobody else. */
const FIRST_IN_TROUBLE_MS = 250;
const MOST_KEPT = 10_000;

interface Kept {
  readonly record: Found;
  readonly until: number;
}

/**
 * Records by key, for a request that came at `begun` of `performance.now()`: one eventually consistent read at most once a
 * minute each, shared by those who ask at once. A record that can't be read again, or not at once, is served as last read;
 * throws when it never was.
 */
export const createLinkCache = ({ table, clock, log }: Pick<Service, 'table' | 'clock' | 'log'>) => {
  const kept = createBoundedMap<Kept>(MOST_KEPT);
  const reading = new Map<string, Promise<Found>>();
  const trouble = createTrouble(1);
  const read = async (key: Key) => {
    const record = await recordAt<unknown>(table, key, false);
    kept.set(key.pk, { record, until: clock() + (record ? KEPT_MS : MISS_KEPT_MS) });
    return record;
  };
  const readWithin = async (ms: number, key: Key) => {
    const found = await within(ms, Promise.all([read(key)]), undefined);
    if (!found) throw new Error(`not read in ${Math.round(ms)} ms`);
    return found[0];
  };
  const readFirst = async (key: Key) => {
    const asked = readWithin(trouble.is() ? FIRST_IN_TROUBLE_MS : FIRST_MS, key);
    asked.then(
      () => trouble.told(true),
      () => trouble.told(false),
    );
    return asked;
  };
  const readAgain = async (key: Key, last: NonNullable<Found>, begun: number) => {
    try {
      return await readWithin(Math.max(LEAST_MS, REFRESH_MS - (performance.now() - begun)), key);
    } catch (error) {
      log.error('served as last read', { id: last.id, error });
      kept.set(key.pk, { record: last, until: clock() + STALE_KEPT_MS });
      return last;
    }
  };
  const found = async (key: Key, begun: number): Promise<Found> => {
    const known = kept.get(key.pk);
    if (known && clock() < known.until) return known.record;
    const asked = () => (known?.record ? readAgain(key, known.record, begun) : readFirst(key));
    const under = reading.get(key.pk) ?? asked().finally(() => reading.delete(key.pk));
    reading.set(key.pk, under);
    return under;
  };
  return {
    at: <D>(key: Key, begun = performance.now()) => found(key, begun) as Promise<StoredRecord<D> | undefined>,
  };
};

export type LinkCache = ReturnType<typeof createLinkCache>;
