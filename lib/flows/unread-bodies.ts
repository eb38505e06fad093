// Events that nothing leads to from a customer: of no order known here, whose bodies are found by reading them, and such
// as wait to be applied, so that their order is not among its customer's yet.
import { parseObject } from '../connectors/payload-json.ts';
import type { MerchantData } from '../domain/entities.ts';
import { namesPerson, type Person } from '../domain/person-in-body.ts';
import { keptSince, retentionOf } from '../domain/retention.ts';
import { eventsOf, type InboxEvent, isUnapplied } from '../table/inbox.ts';
import type { StoredRecord } from '../table/records.ts';
import { bodyOf, type KeptBody, removeBody } from '../table/webhook-bodies.ts';
import type { NamedOrder } from './cut-order.ts';
import type { Service } from './service.ts';

/** Events looked at before the look notes how far it has come. */
const EVENTS_A_PAGE = 500;

/** An event of an order goes with its order. */
const isOfNoOrder = ({ orderId }: InboxEvent): boolean => orderId === null;

const readable = ({ raw }: KeptBody): unknown => parseObject(raw, (text) => text) ?? Buffer.from(raw).toString('utf8');

/** Whose bodies: those that name the person, or all of a store's. */
export interface WhoseBodies {
  readonly person: Person;
  /** Keys of the same person. */
  readonly customerKeys: readonly string[];
  readonly storeId: string | null;
}

/** As long as an event may wait to be applied, and a day more. */
const WAITING_DAYS = 15;

/** The order of an event of theirs that waits: its state may never have been written, nor the customer's record of it. */
const waitingOrder = (event: InboxEvent, { customerKeys, storeId }: WhoseBodies): NamedOrder | undefined => {
  const { orderId: id, orderExternalId: externalId, event: told } = event;
  if (id === null || externalId === null || !isUnapplied(event) || event.erasedAt !== undefined) return undefined;
  const keys = told?.type === 'snapshot' ? told.customerKeys : [];
  const isTheirs = storeId === null ? keys.some((key) => customerKeys.includes(key)) : event.storeId === storeId;
  return isTheirs ? { id, identity: { id, storeId: event.storeId, externalId } } : undefined;
};

export interface UnreadBodies {
  readonly removed: number;
  /** Orders of theirs with events that wait to be applied. */
  readonly waiting: readonly NamedOrder[];
  /** Where to go on, if anywhere. */
  readonly next: string | undefined;
}

const isTheirs = async (service: Service, event: InboxEvent, { person, storeId }: WhoseBodies, bodyDays: number) => {
  if (storeId !== null) return event.storeId === storeId;
  const body = await bodyOf(service.table, service.masterKey, event.id, service.clock(), bodyDays);
  return body !== undefined && namesPerson(readable(body), person);
};

/** Removes a page of such bodies, newest first, on from `position`. */
export const removeUnreadBodies = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  whose: WhoseBodies,
  position: string | undefined,
): Promise<UnreadBodies> => {
  const { bodyDays } = retentionOf(merchant.data);
  const since = keptSince(Math.max(bodyDays, WAITING_DAYS), service.clock());
  const waiting = new Map<string, NamedOrder>();
  let removed = 0;
  let seen = 0;
  for await (const { event, position: at } of eventsOf(service.table, merchant.id, {
    position,
    since,
    loosely: true,
  })) {
    if (isOfNoOrder(event) && (await isTheirs(service, event, whose, bodyDays))) {
      removed += (await removeBody(service.table, event.id)) ? 1 : 0;
    }
    const order = waitingOrder(event, whose);
    if (order) waiting.set(order.id, order);
    seen += 1;
    if (seen === EVENTS_A_PAGE) return { removed, waiting: [...waiting.values()], next: at };
  }
  return { removed, waiting: [...waiting.values()], next: undefined };
};
