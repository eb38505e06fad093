// The names that stand beside ids in reports, read in as few requests as possible.
import { sizeTierOf } from '../../lib/domain/creators.ts';
import type { CampaignData, CreatorData, DiscountCodeData, LinkData, StoreData } from '../../lib/domain/entities.ts';
import type { DayOfRows, Dimensions } from '../../lib/domain/performance.ts';
import { recordsById } from '../../lib/table/records.ts';
import type { Table } from '../../lib/table/table.ts';

type AnyData = CreatorData & CampaignData & LinkData & DiscountCodeData & StoreData;

export interface Names extends Dimensions {
  /** The name beside an id, under the field's own name: `creatorName`, `linkSlug` ... */
  readonly beside: (key: Readonly<Record<string, string | null>>) => Record<string, string | null>;
}

const NAME_FIELD = {
  creatorId: ['creatorName', 'name'],
  campaignId: ['campaignName', 'name'],
  linkId: ['linkSlug', 'slug'],
  codeId: ['code', 'code'],
  storeId: ['storeName', 'name'],
} as const;

/** The fields a row is known by when grouped by these: ids and the names beside them, times as they are. */
export const keyFields = (groupBy: readonly string[]): string[] =>
  groupBy.flatMap((name) => {
    if (name === 'product') return ['productId', 'productTitle'];
    const names = NAME_FIELD[`${name}Id` as keyof typeof NAME_FIELD];
    return names ? [`${name}Id`, names[0]] : [name];
  });

/** The name fields beside the ids of a key, from what was read. */
const besideFrom = (byId: ReadonlyMap<string, AnyData>) => (key: Readonly<Record<string, string | null>>) =>
  Object.fromEntries(
    Object.entries(key).flatMap(([field, id]): [string, string | null][] => {
      const names = NAME_FIELD[field as keyof typeof NAME_FIELD];
      if (!names) return [[field, id]];
      return [
        [field, id],
        [names[0], id === null ? null : (byId.get(id)?.[names[1]] ?? null)],
      ];
    }),
  );

const readById = async (table: Table, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, AnyData>> =>
  new Map((await recordsById<AnyData>(table, [...ids])).map(({ id, data }) => [id, data]));

/** Names for keys of ids, whatever they came from. */
export const rowNames = async (table: Table, keys: readonly Readonly<Record<string, string | null>>[]) =>
  besideFrom(await readById(table, new Set(keys.flatMap((key) => Object.values(key)).filter((id) => id !== null))));

/** What products are called: rows of them carry it, and the newest day has the last word. */
const titlesOf = (days: readonly DayOfRows[]): ReadonlyMap<string, string> =>
  new Map(
    days.flatMap(({ rows }) =>
      rows.flatMap(({ line, title }): [string, string][] => (line && title ? [[line, title]] : [])),
    ),
  );

const withTitles =
  (beside: Names['beside'], titles: ReadonlyMap<string, string>): Names['beside'] =>
  (key) => {
    const { productId = null, ...named } = beside(key);
    return { ...named, productId, productTitle: productId === null ? null : (titles.get(productId) ?? null) };
  };

/** Reads what rows refer to; only the kinds a report groups by or needs for a dimension. */
export const namesFor = async (
  table: Table,
  days: readonly DayOfRows[],
  groupBy: readonly string[],
): Promise<Names> => {
  const wanted = new Set<string>();
  const needs = new Set(groupBy.map((name) => `${name}Id`));
  if (groupBy.includes('placement') || groupBy.includes('platform')) needs.add('linkId');
  if (groupBy.includes('sizeTier')) needs.add('creatorId');
  for (const { rows } of days) {
    for (const row of rows) {
      for (const field of Object.keys(NAME_FIELD) as (keyof typeof NAME_FIELD)[]) {
        const id = row[field] ?? null;
        if (id !== null && needs.has(field)) wanted.add(id);
      }
    }
  }
  const byId = await readById(table, wanted);
  return {
    placementOf: (linkId) => byId.get(linkId)?.placement ?? null,
    platformOf: (linkId) => (byId.get(linkId)?.platform as string | undefined) ?? null,
    sizeTierOf: (creatorId) => sizeTierOf(byId.get(creatorId)?.profiles ?? []),
    beside: groupBy.includes('product') ? withTitles(besideFrom(byId), titlesOf(days)) : besideFrom(byId),
  };
};
