// Clicks of another tool's record: stored as clicks are, and found again by the caller's own id of them.
import type { ClickPlace } from '../domain/clicks/click-key.ts';
import type { Day } from '../domain/days.ts';
import { DEFAULT_RETENTION } from '../domain/retention.ts';
import { type ClickFacts, clickItem } from './clicks.ts';
import { keys } from './keys.ts';
import { getItem, getItems, type Item, putMany, queryItems, type Table } from './table.ts';

export interface ImportedClick {
  readonly externalId: string;
  readonly place: ClickPlace;
  readonly facts: ClickFacts;
}

/** Where an imported click lies, and on which link it was. */
export interface KnownClick {
  readonly place: ClickPlace;
  readonly linkId: string;
}

const pointerOf = (merchantId: string, { externalId, place, facts }: ImportedClick, expires: unknown): Item => ({
  ...keys.importedClick(merchantId, externalId),
  v: 1,
  externalId,
  place,
  linkId: facts.linkId,
  expires,
});

const knownOf = (item: Item): KnownClick => ({ place: item.place as ClickPlace, linkId: String(item.linkId) });

/** The imported clicks of these ids, by id; those never imported are left out. */
export const importedClicks = async (
  table: Table,
  merchantId: string,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, KnownClick>> => {
  const items = await getItems(
    table,
    externalIds.map((id) => keys.importedClick(merchantId, id)),
  );
  return new Map(items.map((item) => [String(item.externalId), knownOf(item)]));
};

/** Where the click with this id of the caller's lies. */
export const importedPlace = async (
  table: Table,
  merchantId: string,
  externalId: string,
): Promise<ClickPlace | undefined> => {
  const item = await getItem(table, keys.importedClick(merchantId, externalId));
  return item && knownOf(item).place;
};

const byKey = (items: readonly Item[]): Item[] => [
  ...new Map(items.map((item) => [`${item.pk}\n${item.sk}`, item])).values(),
];

/**
 * Stores clicks, no two of one id. What leads to a click by its id is written last: an id that leads somewhere says that
 * the click and its visitor's day are there, so a crash half-way leaves clicks that sending them again writes over.
 */
export const storeImportedClicks = async (
  table: Table,
  merchantId: string,
  clicks: readonly ImportedClick[],
  keptDays = DEFAULT_RETENTION.clickDays,
): Promise<void> => {
  const items = clicks.map((click) => ({ click, item: clickItem(merchantId, click.place, click.facts, keptDays) }));
  // Of a visitor's clicks of one day the last is kept longest.
  const days = items
    .toSorted((a, b) => a.click.place.at - b.click.place.at)
    .flatMap(({ click: { place }, item: { expires } }): Item[] =>
      place.visitor === null ? [] : [{ ...keys.visitorDay(merchantId, place.visitor, place.day), v: 1, expires }],
    );
  await putMany(table, byKey(days));
  await putMany(table, byKey(items.map(({ item }) => item)));
  await putMany(
    table,
    items.map(({ click, item }) => pointerOf(merchantId, click, item.expires)),
  );
};

/** The days, of those between two, on which a visitor of another tool clicked, oldest first. */
export const daysOfVisitor = async (
  table: Table,
  merchantId: string,
  visitor: string,
  span: { readonly from: Day; readonly to: Day },
): Promise<Day[]> => {
  const range = { from: `DAY#${span.from}`, to: `DAY#${span.to}` };
  const days: Day[] = [];
  for await (const { sk } of queryItems(table, keys.visitorPartition(merchantId, visitor), range)) {
    days.push(sk.slice('DAY#'.length));
  }
  return days;
};
