// Events that were kept but not applied: their writer died, or the table was out of reach just then.
import { dayOf } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import type { OrderEvent } from '../domain/orders/events.ts';
import { dirtyDaysOf, markDirty } from '../table/dirty-days.ts';
import { eventsOf, type InboxEvent } from '../table/inbox.ts';
import { recordById, type StoredRecord } from '../table/records.ts';
import { applyOrWait } from './apply-or-wait.ts';
import { instantsOf } from './foresee-event.ts';
import type { Service } from './service.ts';

const MINUTE_MS = 60_000;

/** An event is applied within seconds of its arrival; one still waiting after this has lost its writer. */
const PATIENCE_MS = MINUTE_MS;

/** A look every few minutes need not go further back than this. */
const RECENT_MS = 20 * MINUTE_MS;

/** A thorough look begins this long before the oldest mark, since later events of a day set its mark afresh. */
const BEFORE_MARK_MS = 25 * 60 * MINUTE_MS;

export interface LookForEvents {
  /** Every hour and after a start: back to before the merchant's oldest mark, however long ago the crash was. */
  readonly thorough: boolean;
  /** Right after a start, when whoever left something is surely gone. */
  readonly atOnce?: boolean;
}

type LeftEvent = InboxEvent & { readonly event: OrderEvent };

/** The mark is what leads to an event: set afresh first, so that no night clears it before the event is applied. */
const markAfresh = async (service: Service, zone: string, { merchantId, event }: LeftEvent): Promise<void> => {
  const days = instantsOf(event).map((instant) => dayOf(instant, zone));
  const markedAt = service.clock();
  await Promise.all(days.map((day) => markDirty(service.table, { merchantId, from: day, to: day, markedAt })));
};

const applyLeft = async (service: Service, zone: string, event: LeftEvent, look: LookForEvents): Promise<void> => {
  // Whoever looks thoroughly clears marks afterwards: one that can't be set anew keeps them from it.
  if (look.thorough) await markAfresh(service, zone, event);
  try {
    if (!look.thorough) await markAfresh(service, zone, event);
    await applyOrWait(service, event);
  } catch (error) {
    service.log.error('left event not applied', { eventId: event.id, error });
  }
};

const lookedBackTo = async (
  service: Service,
  { id, data }: StoredRecord<MerchantData>,
  { thorough }: LookForEvents,
): Promise<number> => {
  const now = service.clock();
  if (!thorough) return now - RECENT_MS;
  const today = dayOf(now, data.timeZone);
  // The mark of a day to come stays until that day has ended: every look till then would begin before it.
  const marks = (await dirtyDaysOf(service.table, id)).filter(({ from }) => from <= today);
  return Math.min(now, ...marks.map(({ markedAt }) => markedAt)) - BEFORE_MARK_MS;
};

/** Applies a merchant's events that were kept but never applied; one that fails waits in the queue, or for the next look. */
export const applyLeftEvents = async (service: Service, merchantId: string, look: LookForEvents): Promise<void> => {
  const now = service.clock();
  const patience = look.atOnce ? 0 : PATIENCE_MS;
  const merchant = await recordById<MerchantData>(service.table, merchantId);
  if (!merchant) return;
  for await (const { event } of eventsOf(service.table, merchantId, {
    since: await lookedBackTo(service, merchant, look),
    // A mark may be cleared after a thorough look: it has to see each order as it is.
    loosely: !look.thorough,
  })) {
    if (event.state !== 'received' || now - (event.replayedAt ?? event.receivedAt) < patience || !event.event) continue;
    await applyLeft(service, merchant.data.timeZone, { ...event, event: event.event }, look);
  }
};
