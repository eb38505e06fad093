// Links kept in the warm process for a minute, misses for some seconds, within a bound; longer while the table is away.

import type { LinkData } from '../../lib/domain/entities.ts';
import type { Service } from '../../lib/flows/service.ts';
import { within } from '../../lib/flows/within.ts';
import { createBoundedMap } from '../../lib/platform/bounded-map.ts';
import { DEFAULT_DOMAIN, keys } from '../../lib/table/keys.ts';
import { recordAt, type StoredRecord } from '../../lib/table/records.ts';

const KEPT_MS = 60_000;
/** A link minted right after somebody tried its address works before anyone wonders. */
const MISS_KEPT_MS = 5_000;
/** While the table can't be asked, what was last read is served, and asked for again after this long. */
const STALE_KEPT_MS = 5_000;
/** The table answers in some milliseconds or is in trouble; whoever knows the link goes on then. */
const REFRESH_MS = 75;
const MOST_KEPT = 10_000;

interface Kept {
  readonly link: StoredRecord<LinkData> | undefined;
  readonly until: number;
}

/**
 * Links by slug: one eventually consistent read at most once a minute each, shared by those who ask at once. A link that
 * can't be read again, or not at once, is served as last read; throws when it never was.
 */
export const createLinkCache = ({ table, clock, log }: Pick<Service, 'table' | 'clock' | 'log'>) => {
  const kept = createBoundedMap<Kept>(MOST_KEPT);
  const reading = new Map<string, Promise<StoredRecord<LinkData> | undefined>>();
  const read = async (slug: string) => {
    const link = await recordAt<LinkData>(table, keys.link(DEFAULT_DOMAIN, slug), false);
    kept.set(slug, { link, until: clock() + (link ? KEPT_MS : MISS_KEPT_MS) });
    return link;
  };
  const readOrKept = async (slug: string) => {
    const last = kept.get(slug)?.link;
    // Whoever's link is not known waits for as long as the table's client has patience.
    if (!last) return read(slug);
    try {
      const found = await within(REFRESH_MS, Promise.all([read(slug)]), undefined);
      if (!found) throw new Error(`not read again within ${REFRESH_MS} ms`);
      return found[0];
    } catch (error) {
      log.error('link served as last read', { linkId: last.id, error });
      kept.set(slug, { link: last, until: clock() + STALE_KEPT_MS });
      return last;
    }
  };
  return {
    bySlug: async (slug: string): Promise<StoredRecord<LinkData> | undefined> => {
      const known = kept.get(slug);
      if (known && clock() < known.until) return known.link;
      const under = reading.get(slug) ?? readOrKept(slug).finally(() => reading.delete(slug));
      reading.set(slug, under);
      return under;
    },
  };
};
