// Clicks: one small item each, written once; what a hit is gets decided when it is read.
import type { Hit } from '../domain/clicks/classify.ts';
import { type ClickPlace, clickSortKey, parseClickSortKey, visitorSortRange } from '../domain/clicks/click-key.ts';
import type { Day } from '../domain/days.ts';
import { DEFAULT_RETENTION } from '../domain/retention.ts';
import { clickPartition } from './click-path-keys.ts';
import { createGatheredPuts } from './gathered-puts.ts';
import { getItem, getItems, type Item, putItem, queryItems, queryPages, type Table } from './table.ts';

/** What is stored of a hit besides its place: the inputs of classification, never an address. */
export interface ClickFacts {
  readonly linkId: string;
  readonly method: 'GET' | 'HEAD';
  readonly userAgent: string | null;
  readonly purpose: string | null;
  readonly referrerHost: string | null;
  readonly country: string | null;
  /** The language preferred, its primary tag (`de`). */
  readonly language?: string | null;
  /** A repeat that came without a cookie, seen by the process that took both. */
  readonly repeat?: boolean;
  /** The caller's own id of an imported click. */
  readonly externalId: string | null;
}

export interface StoredClick extends Hit {
  readonly place: ClickPlace;
  readonly facts: ClickFacts;
}

/** Sizes that keep the worst click within one write unit of 1,024 bytes. */
const LONGEST = { userAgent: 300, purpose: 40, referrerHost: 100, country: 2, language: 3, externalId: 100 } as const;

/** Cuts to a number of UTF-8 bytes without splitting a character. */
const cut = (text: string | null, bytes: number): string | undefined => {
  if (!text) return undefined;
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  return encoded
    .subarray(0, bytes)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
};

/** The item of a click, kept for some days; short names because every byte is paid for a million times. */
export const clickItem = (
  merchantId: string,
  place: ClickPlace,
  facts: ClickFacts,
  days = DEFAULT_RETENTION.clickDays,
): Item => ({
  pk: clickPartition(merchantId, place.day, place.shard),
  sk: clickSortKey(place),
  v: 1,
  l: facts.linkId,
  m: facts.method === 'HEAD' ? 'H' : undefined,
  u: cut(facts.userAgent, LONGEST.userAgent),
  p: cut(facts.purpose, LONGEST.purpose),
  r: cut(facts.referrerHost, LONGEST.referrerHost),
  c: cut(facts.country, LONGEST.country),
  g: cut(facts.language ?? null, LONGEST.language),
  d: facts.repeat ? 1 : undefined,
  e: cut(facts.externalId, LONGEST.externalId),
  expires: Math.floor(place.at / 1000) + days * 86_400,
});

const textOf = (item: Item, name: string): string | null => (item[name] as string | undefined) ?? null;

/** A full page of 1 MB takes many times that once parsed; these cost a day of a million clicks some 2,000 requests. */
const HITS_A_PAGE = 500;

/** What a click is classified and told apart by, without the rest of it. */
const hitOf = (item: Item): Hit => {
  const key = parseClickSortKey(item.sk);
  if (!key) throw new Error('not a click');
  return {
    ...key,
    linkId: String(item.l),
    method: item.m === 'H' ? 'HEAD' : 'GET',
    userAgent: textOf(item, 'u'),
    purpose: textOf(item, 'p'),
    imported: item.e !== undefined,
    repeat: item.d === 1,
    referrerHost: textOf(item, 'r'),
    country: textOf(item, 'c'),
    language: textOf(item, 'g'),
  };
};

/** The attributes that `hitOf` reads. */
const HIT_ATTRIBUTES = ['sk', 'l', 'm', 'u', 'p', 'r', 'c', 'g', 'd', 'e'] as const;

const clickOf = (item: Item, day: Day, shard: number): StoredClick => {
  const hit = hitOf(item);
  const { visitor, at, suffix, linkId, method, userAgent, purpose, referrerHost, country, language, repeat } = hit;
  const facts: ClickFacts = {
    ...{ linkId, method, userAgent, purpose, referrerHost, country },
    ...(language !== null && { language }),
    ...(repeat && { repeat }),
    externalId: textOf(item, 'e'),
  };
  return { ...hit, place: { day, shard, visitor, at, suffix }, facts };
};

/** Each table's clicks on their way into it. */
const gatheredPuts = new WeakMap<Table, (item: Item) => Promise<void>>();

const putGathered = (table: Table, item: Item): Promise<void> => {
  const put = gatheredPuts.get(table) ?? createGatheredPuts(table);
  gatheredPuts.set(table, put);
  return put(item);
};

/**
 * Stores a click, to be kept for some days; exactly this one again is the same item. Clicks that come at once share a request
 * unless one is to go alone.
 */
export const storeClick = async (
  table: Table,
  merchantId: string,
  place: ClickPlace,
  facts: ClickFacts,
  { days, alone = false }: { readonly days?: number | undefined; readonly alone?: boolean } = {},
): Promise<void> => {
  const item = clickItem(merchantId, place, facts, days);
  if (alone) await putItem(table, item);
  else await putGathered(table, item);
};

/** The click at a place. */
export const clickAt = async (
  table: Table,
  merchantId: string,
  place: ClickPlace,
): Promise<StoredClick | undefined> => {
  const key = { pk: clickPartition(merchantId, place.day, place.shard), sk: clickSortKey(place) };
  const item = await getItem(table, key);
  return item && clickOf(item, place.day, place.shard);
};

/** The hits at several places, by their sort keys; places without one are left out. */
export const hitsAt = async (
  table: Table,
  merchantId: string,
  places: readonly ClickPlace[],
): Promise<ReadonlyMap<string, Hit>> => {
  const at = places.map((place) => ({
    pk: clickPartition(merchantId, place.day, place.shard),
    sk: clickSortKey(place),
  }));
  const items = await getItems(table, at, false);
  return new Map(items.map((item) => [item.sk, hitOf(item)]));
};

/** Streams the hits of one shard of a day, sorted by visitor and time, in pages. */
export async function* hitsOfShard(
  table: Table,
  merchantId: string,
  day: Day,
  shard: number,
): AsyncGenerator<readonly Hit[]> {
  const span = { consistent: false, only: HIT_ATTRIBUTES, limit: HITS_A_PAGE };
  for await (const page of queryPages(table, clickPartition(merchantId, day, shard), span)) yield page.map(hitOf);
}

/** Streams the clicks of one shard of a day whole, likewise sorted, from a sort key on. */
export async function* clicksOfShard(
  table: Table,
  merchantId: string,
  day: Day,
  shard: number,
  from: string | undefined,
): AsyncGenerator<readonly StoredClick[]> {
  const span = { consistent: false, limit: HITS_A_PAGE, ...(from !== undefined && { from }) };
  for await (const page of queryPages(table, clickPartition(merchantId, day, shard), span)) {
    yield page.map((item) => clickOf(item, day, shard));
  }
}

/** A visitor's hits of one day between two instants, both included, oldest first. */
export const clicksOfVisitor = async (
  table: Table,
  merchantId: string,
  visitor: string,
  where: { readonly day: Day; readonly shard: number; readonly from: number; readonly to: number },
): Promise<StoredClick[]> => {
  const range = visitorSortRange(visitor, where.from, where.to);
  const found: StoredClick[] = [];
  for await (const item of queryItems(table, clickPartition(merchantId, where.day, where.shard), range)) {
    found.push(clickOf(item, where.day, where.shard));
  }
  return found;
};
