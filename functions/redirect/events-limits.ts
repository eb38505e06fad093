// What keeps events cheap: merchants kept in the warm process for a minute, and so many batches a minute about one click.
import { customAlphabet } from 'nanoid';
import type { MerchantData } from '../../lib/domain/entities.ts';
import type { Clock } from '../../lib/platform/clock.ts';
import type { StoredRecord } from '../../lib/table/records.ts';

type Merchant = StoredRecord<MerchantData> | undefined;

const MINUTE_MS = 60_000;
const MOST_KEPT = 10_000;

/** A visitor leaves a page every few seconds at most. */
const MOST_OF_A_CLICK = 30;
/** Those without a click can't be told apart. */
const MOST_OF_A_MERCHANT = 3_000;

/** 32 random bits, from a pool. */
export const newSuffix = customAlphabet('0123456789abcdef', 8);

/** Merchants by id, each read at most once a minute; those that are not there too. */
export const createMerchantCache = (clock: Clock, read: (id: string) => Promise<Merchant>) => {
  const kept = new Map<string, { readonly merchant: Merchant; readonly until: number }>();
  return async (id: string): Promise<Merchant> => {
    const known = kept.get(id);
    if (known && clock() < known.until) return known.merchant;
    const merchant = await read(id);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(id, { merchant, until: clock() + MINUTE_MS });
    return merchant;
  };
};

/** Whether one more batch about a click, or of a merchant's without one, is within what this process takes in a minute. */
export const createAllowance = (clock: Clock) => {
  let counts = new Map<string, number>();
  let minute = 0;
  return (about: string, ofClick: boolean): boolean => {
    const now = Math.floor(clock() / MINUTE_MS);
    if (now !== minute || counts.size >= MOST_KEPT) counts = new Map();
    minute = now;
    const count = (counts.get(about) ?? 0) + 1;
    counts.set(about, count);
    return count <= (ofClick ? MOST_OF_A_CLICK : MOST_OF_A_MERCHANT);
  };
};
