// Clicks: one small item each, written once; what a hit is gets decided when it is read.
import type { Hit } from '../domain/clicks/classify.ts';
import { type ClickPlace, clickSortKey, parseClickSortKey, visitorSortRange } from '../domain/clicks/click-key.ts';
import type { Day } from '../domain/days.ts';
import { keys } from './keys.ts';
import { getItem, type Item, NOT_THERE, putItem, queryItems, type Table } from './table.ts';

/** What is stored of a hit besides its place: the inputs of classification, never an address. */
export interface ClickFacts {
  readonly linkId: string;
  readonly method: 'GET' | 'HEAD';
  readonly userAgent: string | null;
  readonly purpose: string | null;
  readonly referrerHost: string | null;
  readonly country: string | null;
  /** The caller's own id of an imported click. */
  readonly externalId: string | null;
}

export interface StoredClick extends Hit {
  readonly place: ClickPlace;
  readonly facts: ClickFacts;
}

/** Sizes that keep the worst click within one write unit of 1,024 bytes. */
const LONGEST = { userAgent: 300, purpose: 40, referrerHost: 100, country: 2, externalId: 100 } as const;
const RETENTION_SECONDS = 400 * 86_400;

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

/** The item of a click; short names because every byte is paid for a million times. */
export const clickItem = (merchantId: string, place: ClickPlace, facts: ClickFacts): Item => ({
  pk: keys.clicksOfShard(merchantId, place.day, place.shard),
  sk: clickSortKey(place),
  v: 1,
  l: facts.linkId,
  m: facts.method === 'HEAD' ? 'H' : undefined,
  u: cut(facts.userAgent, LONGEST.userAgent),
  p: cut(facts.purpose, LONGEST.purpose),
  r: cut(facts.referrerHost, LONGEST.referrerHost),
  c: cut(facts.country, LONGEST.country),
  e: cut(facts.externalId, LONGEST.externalId),
  expires: Math.floor(place.at / 1000) + RETENTION_SECONDS,
});

const clickOf = (item: Item, day: Day, shard: number): StoredClick => {
  const key = parseClickSortKey(item.sk);
  if (!key) throw new Error('not a click');
  const text = (name: string): string | null => (item[name] as string | undefined) ?? null;
  const facts: ClickFacts = {
    linkId: String(item.l),
    method: item.m === 'H' ? 'HEAD' : 'GET',
    userAgent: text('u'),
    purpose: text('p'),
    referrerHost: text('r'),
    country: text('c'),
    externalId: text('e'),
  };
  const { linkId, method, userAgent, purpose, externalId } = facts;
  const imported = externalId !== null;
  return { place: { ...key, day, shard }, facts, ...key, linkId, method, userAgent, purpose, imported };
};

/** Stores a click; false when exactly this one is there already (an imported line sent again). */
export const storeClick = (table: Table, merchantId: string, place: ClickPlace, facts: ClickFacts): Promise<boolean> =>
  putItem(table, clickItem(merchantId, place, facts), facts.externalId === null ? undefined : NOT_THERE);

/** The click at a place. */
export const clickAt = async (
  table: Table,
  merchantId: string,
  place: ClickPlace,
): Promise<StoredClick | undefined> => {
  const key = { pk: keys.clicksOfShard(merchantId, place.day, place.shard), sk: clickSortKey(place) };
  const item = await getItem(table, key);
  return item && clickOf(item, place.day, place.shard);
};

/** Streams one shard of a day, sorted by visitor and time. */
export async function* clicksOfShard(table: Table, merchantId: string, day: Day, shard: number) {
  for await (const item of queryItems(table, keys.clicksOfShard(merchantId, day, shard), { consistent: false })) {
    yield clickOf(item, day, shard);
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
  for await (const item of queryItems(table, keys.clicksOfShard(merchantId, where.day, where.shard), range)) {
    found.push(clickOf(item, where.day, where.shard));
  }
  return found;
};
