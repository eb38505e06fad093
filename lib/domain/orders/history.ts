// What each event changed about an order, for people who ask why it stands as it does.
import { happenedAt } from './event-order.ts';
import type { ReceivedOrderEvent } from './events.ts';

/** The parts of an order whose changes are told. */
export interface ToldFields {
  readonly state: string | null;
  readonly kind: string | null;
  readonly placedAt: number | null;
  readonly gross: number;
  readonly discounts: number;
  readonly refunds: number;
  readonly net: number;
  readonly shipping: number;
  readonly tax: number;
  readonly name: string | null;
  readonly cancelledAt: number | null;
  readonly clickId: string | null;
  readonly codes: readonly string[];
}

type ToldValue = ToldFields[keyof ToldFields];

interface Change {
  readonly field: keyof ToldFields;
  readonly from: ToldValue;
  readonly to: ToldValue;
}

export interface HistoryItem {
  readonly eventId: string;
  readonly topic: string;
  /** When it reached us and when the shop says it happened, in ms. */
  readonly receivedAt: number;
  readonly at: number;
  /** Why somebody entered it by hand; null for what a shop told. */
  readonly manualReason: string | null;
  readonly changes: readonly Change[];
}

const UNTOLD: ToldFields = {
  state: null,
  kind: null,
  placedAt: null,
  gross: 0,
  discounts: 0,
  refunds: 0,
  net: 0,
  shipping: 0,
  tax: 0,
  name: null,
  cancelledAt: null,
  clickId: null,
  codes: [],
};

const FIELDS = Object.keys(UNTOLD) as readonly (keyof ToldFields)[];

const changesBetween = (before: ToldFields, after: ToldFields): readonly Change[] =>
  FIELDS.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field])).map((field) => ({
    field,
    from: before[field],
    to: after[field],
  }));

/**
 * One item per event, in canonical order; an event that changed nothing has no changes. `toldAfter(n)` gives the
 * order as the first n events tell it.
 */
export const historyOf = (
  events: readonly ReceivedOrderEvent[],
  toldAfter: (count: number) => ToldFields,
): readonly HistoryItem[] => {
  let before = UNTOLD;
  return events.map((received, index) => {
    const after = toldAfter(index + 1);
    const changes = changesBetween(before, after);
    before = after;
    const { id, topic, receivedAt, event } = received;
    const manualReason = ('manualReason' in event && event.manualReason) || null;
    return { eventId: id, topic, receivedAt, at: happenedAt(received), manualReason, changes };
  });
};
