// Links kept in the warm process for a minute, misses for some seconds, within a bound.
import { LRUCache } from 'lru-cache';
import type { LinkData } from '../../lib/domain/entities.ts';
import type { Clock } from '../../lib/platform/clock.ts';
import { DEFAULT_DOMAIN, keys } from '../../lib/table/keys.ts';
import { recordAt, type StoredRecord } from '../../lib/table/records.ts';
import type { Table } from '../../lib/table/table.ts';

const KEPT_MS = 60_000;
/** A link minted right after somebody tried its address works before anyone wonders. */
const MISS_KEPT_MS = 5_000;
const MOST_KEPT = 10_000;

interface Kept {
  readonly link: StoredRecord<LinkData> | undefined;
  readonly until: number;
}

/** Links by slug: one eventually consistent read at most once a minute each, shared by those who ask at once. */
export const createLinkCache = (table: Table, clock: Clock) => {
  const kept = new LRUCache<string, Kept>({ max: MOST_KEPT });
  const reading = new Map<string, Promise<StoredRecord<LinkData> | undefined>>();
  const read = async (slug: string) => {
    const link = await recordAt<LinkData>(table, keys.link(DEFAULT_DOMAIN, slug), false);
    kept.set(slug, { link, until: clock() + (link ? KEPT_MS : MISS_KEPT_MS) });
    return link;
  };
  return {
    bySlug: async (slug: string): Promise<StoredRecord<LinkData> | undefined> => {
      const known = kept.get(slug);
      if (known && clock() < known.until) return known.link;
      const under = reading.get(slug) ?? read(slug).finally(() => reading.delete(slug));
      reading.set(slug, under);
      return under;
    },
  };
};
