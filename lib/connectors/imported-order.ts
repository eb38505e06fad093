// One line of an imported order history: the `data` of a standard event, with its store and what happened to it since.

import * as z from 'zod';
import { WORDED } from '../contracts/wording.ts';
import type { Refund } from '../domain/orders/events.ts';
import { exponentOf } from '../platform/currencies.ts';
import type { ConnectorSnapshot } from './connector.ts';
import { issuesOf } from './failures.ts';
import { shopInstant } from './instants.ts';
import { standardRefund, standardSnapshot } from './standard-order.ts';
import { orderData, refundData, type StandardOrder } from './standard-shapes.ts';
import { LONGEST } from './texts.ts';

/** A history longer than this is no order that a shop took. */
const MOST_REFUNDS = 500;

const { orderExternalId: _order, ...refundFields } = refundData.shape;

const refund = z.object(refundFields).refine(({ amount, lines }) => amount != null || (lines ?? []).length > 0, {
  path: ['amount'],
  message: 'is required when there are no lines',
});

export const importedOrder = orderData
  .safeExtend({
    storeId: z
      .string()
      .regex(/^(sto_[A-Za-z0-9_-]{4,40}|ext_[^\s/?#]{1,100})$/, 'must be sto_... or ext_...')
      .meta({ description: 'The store that took it, of any platform; or ext_<externalId>' }),
    visitorId: z
      .union([z.string().min(1).max(LONGEST.id), z.number().transform(String)])
      .nullish()
      .meta({ description: 'Whoever bought, as imported clicks name them: leads to their journey' }),
    cancelledAt: shopInstant.nullish().meta({ description: 'Set when it was cancelled' }),
    refunds: z.array(refund).max(MOST_REFUNDS).nullish().meta({ description: 'What was given back of it since' }),
  })
  .meta({ id: 'ImportedOrder', description: 'An order of history: the whole of it, as it stands' });

/** What an order of history says, whichever file it came in. */
export interface HistoricOrder {
  readonly externalId: string;
  /** `sto_...` or `ext_...`. */
  readonly store: string;
  readonly visitorId: string | null;
  readonly snapshot: ConnectorSnapshot;
}

type OrderFault = 'invalid_line' | 'unknown_currency';

/** A line as read, or why it can't be: no value is quoted, for it may be personal. */
export type HistoricReading =
  | { readonly order: HistoricOrder }
  | { readonly fault: OrderFault; readonly message: string };

/** What is unsaid counts as told when the line itself last speaks of: any later word of the shop's is then newer. */
const toldAt = (order: StandardOrder, cancelledAt: number | null, refunds: readonly Refund[]): number =>
  Math.max(order.placedAt, cancelledAt ?? 0, ...refunds.map(({ refundedAt }) => refundedAt));

/** Reads one line. Never throws. */
export const readImportedOrder = (value: unknown): HistoricReading => {
  const parsed = importedOrder.safeParse(value, WORDED);
  if (!parsed.success) return { fault: 'invalid_line', message: issuesOf(parsed.error).join('; ') };
  const { storeId: store, visitorId, cancelledAt = null, refunds: told, ...data } = parsed.data;
  if (exponentOf(data.currency) === undefined) {
    return { fault: 'unknown_currency', message: 'currency: is no ISO 4217 code' };
  }
  const refunds = (told ?? []).map((one) =>
    standardRefund({ ...one, orderExternalId: data.externalId }, one.refundedAt ?? data.updatedAt ?? data.placedAt),
  );
  const snapshot = standardSnapshot(data, toldAt(data, cancelledAt, refunds));
  if (!Number.isSafeInteger(snapshot.gross)) return { fault: 'invalid_line', message: 'lines: amounts beyond reason' };
  const order = { externalId: data.externalId, store, visitorId: visitorId ?? null };
  return { order: { ...order, snapshot: { ...snapshot, cancelledAt, refunds } } };
};
