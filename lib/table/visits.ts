// What the browser script tells of visits: one small item a batch, beside the click that led to it, written once.
import { type ClickPlace, clickSortKey, parseClickSortKey } from '../domain/clicks/click-key.ts';
import type { Day } from '../domain/days.ts';
import { DEFAULT_RETENTION } from '../domain/retention.ts';
import type { VisitFacts } from '../domain/visits/batch.ts';
import { visitPartition } from './click-path-keys.ts';
import { type Item, putItem, queryPages, type Table } from './table.ts';

export interface StoredBatch {
  /** The click's place; a batch without one has a place of its own, of no visitor. */
  readonly place: ClickPlace;
  readonly facts: VisitFacts;
}

/** Tells batches of one click apart, and sorts them behind it. */
const batchSortKey = (place: ClickPlace, batch: string) => `${clickSortKey(place)}#${batch}`;

/** Stores a batch about a click, to be kept for some days; `batch` tells it from the others about that click. */
export const storeVisit = (
  table: Table,
  merchantId: string,
  { place, facts }: StoredBatch,
  batch: string,
  days = DEFAULT_RETENTION.clickDays,
): Promise<boolean> =>
  putItem(table, {
    pk: visitPartition(merchantId, place.day, place.shard),
    sk: batchSortKey(place, batch),
    v: 1,
    n: facts.visits,
    p: facts.pages,
    s: facts.seconds,
    u: facts.signups,
    expires: Math.floor(place.at / 1000) + days * 86_400,
  });

const countOf = (item: Item, name: string): number | undefined => item[name] as number | undefined;

const FACTS = { visits: 'n', pages: 'p', seconds: 's', signups: 'u' } as const;

const factsOf = (item: Item): VisitFacts =>
  Object.fromEntries(
    Object.entries(FACTS)
      .map(([name, short]) => [name, countOf(item, short)] as const)
      .filter(([, count]) => count !== undefined),
  );

const batchOf = (item: Item, day: Day, shard: number): StoredBatch => {
  const key = parseClickSortKey(item.sk);
  if (!key) throw new Error('not a batch of a visit');
  return { place: { day, shard, ...key }, facts: factsOf(item) };
};

/** Streams what was told of a shard of a day's clicks, sorted as they are, in pages. */
export async function* visitsOfShard(
  table: Table,
  merchantId: string,
  day: Day,
  shard: number,
): AsyncGenerator<readonly StoredBatch[]> {
  const pages = queryPages(table, visitPartition(merchantId, day, shard), { consistent: false });
  for await (const page of pages) yield page.map((item) => batchOf(item, day, shard));
}
