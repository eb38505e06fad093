// What a few more events make of one order, before any of it is written.
import { isDeepStrictEqual } from 'node:util';
import type { MerchantData } from '../domain/entities.ts';
import type { OrderEvent } from '../domain/orders/events.ts';
import { eventPartOf, type InboxEvent } from '../table/inbox.ts';
import type { OrderPartition } from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import { bookedFold } from './book-fold.ts';
import { goesBackTo } from './credit-followed.ts';
import { withEvent } from './foresee-event.ts';
import type { LineOutcome } from './import-outcome.ts';
import { type OrderAfter, orderAfter } from './order-after.ts';
import type { Service } from './service.ts';

/** What an imported event is called in the inbox. */
export const IMPORT_TOPIC = 'import';

/** A line as the event it is. */
export interface ToldEvent {
  readonly line: number;
  readonly event: InboxEvent & {
    readonly event: OrderEvent;
    readonly orderId: string;
    readonly orderExternalId: string;
  };
  /** Left out where a webhook has told the order whole. */
  readonly yields: boolean;
}

/**
 * How the events are written: `none` are left; the order is `quiet` about them, saying it all already; its state is
 * written `together` with others'; or each is applied `alone`, the ordinary way.
 */
type Way = 'none' | 'quiet' | 'together' | 'alone';

export interface PlannedOrder {
  readonly way: Way;
  /** Still to be kept and applied. */
  readonly events: readonly ToldEvent['event'][];
  readonly before: OrderPartition;
  /** The order once they are in it; absent without any. */
  readonly after?: OrderAfter;
  readonly outcomes: readonly LineOutcome[];
}

const toldByWebhook = ({ events }: OrderPartition): boolean =>
  events.some(({ event, topic }) => event.type === 'snapshot' && topic !== IMPORT_TOPIC);

const sayTheSame = (one: OrderAfter | undefined, other: OrderAfter): boolean =>
  one !== undefined && isDeepStrictEqual([one.order.fold, one.entries], [other.order.fold, other.entries]);

const wayOf = (before: OrderPartition, after: OrderAfter, events: readonly ToldEvent['event'][]): Way => {
  // What there is no room to note, or what moves in time, takes writes of its own in between.
  const noted = events.every(({ id }) => after.order.folded.includes(eventPartOf(id)));
  if (!noted || after.crowdedOut.length > 0) return 'alone';
  // One that failed before says so itself, until it is applied by itself.
  if (events.some(({ state }) => state === 'failed')) return 'alone';
  // Nor is there a shorter way for orders that others lead to: by their currency, by what they go back to or begin.
  const { fx, state } = after.order.fold;
  if (fx || state === 'fx_missing' || goesBackTo(after.order) || before.erasure) return 'alone';
  if (before.order === undefined) return 'together';
  if (after.unchanged) return 'quiet';
  return before.order.listedAt === after.order.listedAt ? 'together' : 'alone';
};

/** What the lines of one order make of it, in their order. */
export const planned = async (
  service: Service,
  before: OrderPartition,
  told: readonly ToldEvent[],
  merchant: StoredRecord<MerchantData>,
): Promise<PlannedOrder> => {
  const outcomes: LineOutcome[] = [];
  const events: ToldEvent['event'][] = [];
  const yielding = toldByWebhook(before);
  let partition = before;
  let after: OrderAfter | undefined;
  for (const { line, event, yields } of told) {
    if (yields && yielding) {
      outcomes.push({ line, outcome: 'duplicate' });
      continue;
    }
    // Kept by a run that was cut short, it is among those read already.
    if (!partition.events.some(({ id }) => id === event.id)) partition = withEvent(partition, event);
    const { orderId: id, storeId, orderExternalId: externalId } = event;
    const folded = await bookedFold(service, merchant, partition);
    const next = orderAfter(partition, { id, storeId, externalId }, merchant, folded);
    const isNews = after === undefined ? !next.unchanged : !sayTheSame(after, next);
    outcomes.push({ line, outcome: isNews ? 'accepted' : 'duplicate' });
    events.push(event);
    after = next;
  }
  if (after === undefined) return { way: 'none', events, before, outcomes };
  return { way: wayOf(before, after, events), events, before, after, outcomes };
};
