// The names a discount code goes by in its stores: the code as shoppers type it, and the ids that shops have for it.
import { foldCode } from '../domain/codes.ts';
import type { DiscountCodeData } from '../domain/entities.ts';
import { keys } from './keys.ts';
import { claimNames, type Names, recordAt, releaseNames, type StoredRecord } from './records.ts';
import type { Key, Table } from './table.ts';

/** All it goes by, as codes are compared, each once, and the code first. */
const foldedNames = ({ code, externalIds = [] }: DiscountCodeData): string[] => [
  ...new Set([code, ...externalIds].map(foldCode)),
];

/** True for a code that goes by the name still; a pointer left by a change that was cut short leads to one that does not. */
const goesBy = (record: StoredRecord<unknown>, name: Key): boolean => {
  const data = record.data as DiscountCodeData;
  return foldedNames(data).some((folded) => data.storeIds.some((id) => keys.discountCode(id, folded).pk === name.pk));
};

/** Where a code lives: under itself in its first store; all its other names lead there. */
export const namesOfCode = (data: DiscountCodeData): Names & { readonly aliases: readonly Key[] } => {
  const places = foldedNames(data).flatMap((folded) => data.storeIds.map((id) => keys.discountCode(id, folded)));
  const [home, ...aliases] = places;
  return { ...(home && { home }), aliases, goesBy };
};

/** The external id that a place of the code is claimed for, undefined where it is for the code itself. */
export const externalIdAt = ({ code, externalIds = [], storeIds }: DiscountCodeData, place: Key): string | undefined =>
  externalIds.find(
    (externalId) =>
      foldCode(externalId) !== foldCode(code) &&
      storeIds.some((id) => keys.discountCode(id, foldCode(externalId)).pk === place.pk),
  );

/** The code that a store's orders call so, by the code's own text or one of its external ids. */
export const codeInStore = async (
  table: Table,
  storeId: string,
  text: string,
): Promise<StoredRecord<DiscountCodeData> | undefined> => {
  const name = keys.discountCode(storeId, foldCode(text));
  const record = await recordAt<DiscountCodeData>(table, name);
  return record && goesBy(record, name) ? record : undefined;
};

/**
 * Claims what a code is to be called by besides, before the change that says so is written at `now` (ms). Gives what is
 * left to do once it is written: letting go of what it is called no more. Or the place that another code holds.
 */
export const renameCode = async (
  table: Table,
  record: StoredRecord<DiscountCodeData>,
  next: DiscountCodeData,
  now: number,
): Promise<{ readonly taken: Key } | { readonly release: () => Promise<void> }> => {
  const [before, after] = [namesOfCode(record.data), namesOfCode(next)];
  const missingIn = (names: readonly Key[], others: readonly Key[]) => {
    const known = new Set(others.map(({ pk }) => pk));
    return names.filter(({ pk }) => !known.has(pk));
  };
  const added = missingIn(after.aliases, before.aliases);
  const taken = await claimNames(table, { ...record, updatedAt: now }, { ...after, aliases: added });
  return taken
    ? { taken }
    : { release: await releaseNames(table, record.id, missingIn(before.aliases, after.aliases)) };
};
