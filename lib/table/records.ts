// Entities a merchant manages (creators, links, codes, costs ...): made once under unique names, changed by revision.
import { entityKey } from './click-path-keys.ts';
import { keys, listedAt, listings } from './keys.ts';
import {
  type Condition,
  deleteItem,
  getItem,
  getItems,
  type Item,
  type Key,
  NOT_THERE,
  putItem,
  queryListed,
  type Table,
} from './table.ts';

export type RecordKind =
  | 'merchant'
  | 'api-key'
  | 'store'
  | 'creator'
  | 'campaign'
  | 'domain'
  | 'link'
  | 'bio-page'
  | 'discount-code'
  | 'cost'
  | 'value'
  | 'rollup'
  | 'erasure';

/** An entity as stored; `D` is its own part. Instants in ms. */
export interface StoredRecord<D> {
  readonly id: string;
  readonly kind: RecordKind;
  readonly merchantId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly archivedAt: number | null;
  readonly externalId: string | null;
  /** Counts changes; a change is written only over the revision it was made from. */
  readonly revision: number;
  readonly data: D;
}

/** Where else than under its id an entity lives, when a unique name is its home. */
export interface Names {
  /** The unique name that holds the whole record; absent = the id itself. */
  readonly home?: Key;
  /** Further unique names that lead to the home, such as a code's other stores. */
  readonly aliases?: readonly Key[];
  /** Whether a record goes by a name that leads to it, where names may change; by default it does. */
  readonly goesBy?: (record: StoredRecord<unknown>, name: Key) => boolean;
}

export type CreateOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly taken: 'name' | 'externalId';
      /** Which of the aliases it was, if it was one. */
      readonly alias?: Key;
    };

/** A dangling claim (its maker crashed before writing the record) may be taken over after this long. */
const CLAIM_PATIENCE_MS = 30_000;

const listKeyOf = (record: StoredRecord<unknown>): string =>
  record.kind === 'merchant' ? listings.merchants() : listings.entities(record.merchantId, record.kind);

const itemOf = (record: StoredRecord<unknown>, home: Key): Item => ({
  ...home,
  v: 1,
  ...record,
  listKey: listKeyOf(record),
  listOrder: listedAt(record.createdAt, record.id),
});

const recordOf = <D>(item: Item): StoredRecord<D> => {
  const { id, kind, merchantId, createdAt, updatedAt, archivedAt, externalId, revision, data } = item as never;
  return { id, kind, merchantId, createdAt, updatedAt, archivedAt, externalId, revision, data };
};

const homeOf = (item: Item | undefined): Key | undefined => item?.home as Key | undefined;

const samePlace = (a: Key, b: Key) => a.pk === b.pk && a.sk === b.sk;

/**
 * True for a claim whose record, or whose change of it, was never written (a crash between the two), once it is older
 * than any writer lives.
 */
const isAbandoned = async (
  table: Table,
  name: Key,
  held: Item,
  by: StoredRecord<unknown>,
  goesBy: Names['goesBy'],
): Promise<boolean> => {
  const owner = await getItem(table, homeOf(held) ?? name);
  const isNamed = owner !== undefined && owner.id === held.id && (goesBy?.(recordOf(owner), name) ?? true);
  return !isNamed && by.updatedAt - Number(held.claimedAt ?? 0) > CLAIM_PATIENCE_MS;
};

const heldBy = ({ id }: Item): Condition => ({ expression: 'id = :held', values: { ':held': id } });

/**
 * Claims one more unique name for `record` by a pointer to its home, taking over an abandoned claim.
 */
const claimName = async (
  table: Table,
  name: Key,
  record: StoredRecord<unknown>,
  home: Key,
  goesBy: Names['goesBy'],
): Promise<boolean> => {
  const pointer: Item = { ...name, v: 1, home, id: record.id, claimedAt: record.updatedAt };
  if (await putItem(table, pointer, NOT_THERE)) return true;
  const held = await getItem(table, name);
  if (!held || held.id === record.id) return putItem(table, pointer);
  if (!(await isAbandoned(table, name, held, record, goesBy))) return false;
  return putItem(table, pointer, heldBy(held));
};

const release = (table: Table, name: Key, id: string) =>
  deleteItem(table, name, { expression: 'id = :id', values: { ':id': id } });

/**
 * Makes an entity. Pointers are written first and the record last, so what a crash leaves behind is a pointer that
 * leads nowhere, never half an entity. Making the same id twice is making it once.
 */
export const createRecord = async (
  table: Table,
  record: StoredRecord<unknown>,
  names: Names = {},
): Promise<CreateOutcome> => {
  const home = names.home ?? keys.entity(record.id);
  const ownId = keys.entity(record.id);
  const external =
    record.externalId === null ? [] : [keys.externalId(record.merchantId, record.kind, record.externalId)];
  const claimed: Key[] = [];
  for (const name of [...external, ...(names.aliases ?? [])]) {
    if (!(await claimName(table, name, record, home, names.goesBy))) {
      await Promise.all(claimed.map((one) => release(table, one, record.id)));
      return name === external[0] ? { ok: false, taken: 'externalId' } : { ok: false, taken: 'name', alias: name };
    }
    claimed.push(name);
  }
  if (!samePlace(home, ownId)) await putItem(table, { ...ownId, v: 1, home, id: record.id });
  if (await putItem(table, itemOf(record, home), NOT_THERE)) return { ok: true };
  const there = await getItem(table, home);
  if (there?.id === record.id && !there.home) return { ok: true };
  if (there && (await isAbandoned(table, home, there, record, names.goesBy))) {
    if (await putItem(table, itemOf(record, home), heldBy(there))) return { ok: true };
  }
  await Promise.all([...claimed, ownId].map((one) => release(table, one, record.id)));
  return { ok: false, taken: 'name' };
};

/**
 * Claims further names of a record that is there, before the change that lists them is written: until then they lead to
 * a record that does not go by them. Gives the first that another record holds; of several then none is claimed, but in
 * a race, where those that were are abandoned.
 */
export const claimNames = async (
  table: Table,
  record: StoredRecord<unknown>,
  { home = keys.entity(record.id), aliases = [], goesBy }: Names,
): Promise<Key | undefined> => {
  for (const name of aliases) {
    const held = await getItem(table, name);
    if (held && held.id !== record.id && !(await isAbandoned(table, name, held, record, goesBy))) return name;
  }
  for (const name of aliases) if (!(await claimName(table, name, record, home, goesBy))) return name;
  return undefined;
};

/**
 * What lets go of names once the change that no longer lists them is written: those that are as they are now, for
 * another change may have claimed one anew meanwhile.
 */
export const releaseNames = async (table: Table, id: string, names: readonly Key[]): Promise<() => Promise<void>> => {
  const held = (await getItems(table, names)).filter((item) => item.id === id);
  return async () => {
    const unchanged = 'id = :id AND claimedAt = :claimedAt';
    for (const { pk, sk, claimedAt } of held) {
      await deleteItem(table, { pk, sk }, { expression: unchanged, values: { ':id': id, ':claimedAt': claimedAt } });
    }
  };
};

const follow = async (table: Table, item: Item | undefined, consistent: boolean): Promise<Item | undefined> => {
  const home = homeOf(item);
  if (!item || !home) return item;
  const record = await getItem(table, home, consistent);
  return record?.id === item.id ? record : undefined;
};

/** The record under a key, through a pointer when it is one; half the price when a moment's staleness is fine. */
export const recordAt = async <D>(table: Table, key: Key, consistent = true): Promise<StoredRecord<D> | undefined> => {
  const item = await follow(table, await getItem(table, key, consistent), consistent);
  return item && recordOf<D>(item);
};

/** The record of an id, whoever owns it. */
export const recordById = <D>(table: Table, id: string): Promise<StoredRecord<D> | undefined> =>
  recordAt<D>(table, entityKey(id));

/** The record of a caller's own id. */
export const recordByExternalId = <D>(
  table: Table,
  merchantId: string,
  kind: RecordKind,
  externalId: string,
): Promise<StoredRecord<D> | undefined> => recordAt<D>(table, keys.externalId(merchantId, kind, externalId));

/** The records under several keys, through pointers; in no particular order, missing ones left out. */
export const recordsAt = async <D>(table: Table, places: readonly Key[]): Promise<StoredRecord<D>[]> => {
  const found = await getItems(table, places);
  const pointers = found.filter((item) => item.home);
  const led = await getItems(
    table,
    pointers.map((item) => item.home as Key),
  );
  const pointed = new Set(pointers.map((item) => item.id));
  return [...found.filter((item) => !item.home), ...led.filter((item) => pointed.has(item.id))].map((item) =>
    recordOf<D>(item),
  );
};

export const recordsById = <D>(table: Table, ids: readonly string[]): Promise<StoredRecord<D>[]> =>
  recordsAt<D>(table, ids.map(keys.entity));

/** The partition keys of those of the names that somebody else than `id` holds. */
export const namesTaken = async (table: Table, names: readonly Key[], id: string): Promise<ReadonlySet<string>> => {
  const held = await getItems(table, names);
  return new Set(held.filter((item) => item.id !== id).map(({ pk }) => pk));
};

/** One step of a listing: the record and where to go on after it. */
export interface Listed<D> {
  readonly record: StoredRecord<D>;
  readonly position: string;
}

/** Streams a merchant's entities of one kind (or all merchants), newest first, after `position` when given. */
export async function* recordsOf<D>(
  table: Table,
  owner: { merchantId: string; kind: RecordKind } | 'merchants',
  position?: string,
): AsyncGenerator<Listed<D>> {
  const listKey = owner === 'merchants' ? listings.merchants() : listings.entities(owner.merchantId, owner.kind);
  for await (const item of queryListed(table, listKey, { newestFirst: true, position })) {
    yield { record: recordOf<D>(item), position: item.listOrder };
  }
}

/**
 * Replaces a record by its next revision; false when somebody else changed it meanwhile. Names stay as they are.
 */
export const replaceRecord = async (table: Table, record: StoredRecord<unknown>): Promise<boolean> => {
  const pointer = await getItem(table, keys.entity(record.id));
  const home = homeOf(pointer) ?? keys.entity(record.id);
  return putItem(table, itemOf({ ...record, revision: record.revision + 1 }, home), {
    expression: 'revision = :seen AND id = :id',
    values: { ':seen': record.revision, ':id': record.id },
  });
};
