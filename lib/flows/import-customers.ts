// Since when customers are known, by another tool's record: whoever bought there before is no new customer here.
import type { MerchantData } from '../domain/entities.ts';
import { knownSince, knowSince } from '../table/customers.ts';
import type { StoredRecord } from '../table/records.ts';
import { mapAtOnce } from './at-once.ts';
import { customerKeysOf } from './customer-keys.ts';
import { type LineOutcome, rejected } from './import-outcome.ts';
import { markLaterOrders } from './mark-later-orders.ts';
import type { Service } from './service.ts';

export interface CustomerLine {
  readonly line: number;
  readonly email: string | null;
  readonly platformId: string | null;
  /** Of the store whose id it is; empty without one. */
  readonly storeId: string;
  readonly firstOrderAt: number;
}

const WRITES_AT_ONCE = 32;
/** Clocks of other tools may be ahead of ours by this much. */
const SKEW_MS = 300_000;

/** Notes since when customers are known. The earliest word stands; whoever is known since then is a duplicate. */
export const importCustomers = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  lines: readonly CustomerLine[],
): Promise<LineOutcome[]> => {
  const keyed = lines.map((told) => ({ ...told, keys: customerKeysOf(service, merchant.id, told.storeId, told) }));
  const known = new Map(await knownSince(service.table, merchant.id, [...new Set(keyed.flatMap((told) => told.keys))]));
  const now = service.clock();
  const news = new Map<string, number>();
  const outcomes = keyed.map(({ line, firstOrderAt, keys }): LineOutcome => {
    if (keys.length === 0) return rejected(line, 'invalid_line', 'email: is blank');
    if (firstOrderAt > now + SKEW_MS) return rejected(line, 'in_future', 'firstOrderAt: is yet to come');
    const earlier = keys.filter((key) => firstOrderAt < (known.get(key) ?? Number.POSITIVE_INFINITY));
    for (const key of earlier) {
      known.set(key, firstOrderAt);
      news.set(key, firstOrderAt);
    }
    return { line, outcome: earlier.length > 0 ? 'accepted' : 'duplicate' };
  });
  const fresh = [...news].map(([customerKey, after]) => ({ customerKey, after }));
  await markLaterOrders(service, merchant, fresh);
  await mapAtOnce(fresh, WRITES_AT_ONCE, ({ customerKey, after }) =>
    knowSince(service.table, merchant.id, customerKey, after),
  );
  return outcomes;
};
