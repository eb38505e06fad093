// Bodies of events that belong to no order known here, because they were not understood or not used: those that name a
// person are found by reading them.
import { parseObject } from '../connectors/payload-json.ts';
import type { MerchantData } from '../domain/entities.ts';
import { namesPerson, type Person } from '../domain/person-in-body.ts';
import { keptSince, retentionOf } from '../domain/retention.ts';
import { eventsOf, type InboxEvent } from '../table/inbox.ts';
import type { StoredRecord } from '../table/records.ts';
import { bodyOf, type KeptBody, removeBody } from '../table/webhook-bodies.ts';
import type { Service } from './service.ts';

/** Events looked at before the look notes how far it has come. */
const EVENTS_A_PAGE = 500;

/** An event of an order goes with its order. */
const isOfNoOrder = ({ orderId }: InboxEvent): boolean => orderId === null;

const readable = ({ raw }: KeptBody): unknown => parseObject(raw, (text) => text) ?? Buffer.from(raw).toString('utf8');

/** Whose bodies: those that name the person, or all of a store's. */
export interface WhoseBodies {
  readonly person: Person;
  readonly storeId: string | null;
}

const isTheirs = async (service: Service, event: InboxEvent, { person, storeId }: WhoseBodies, bodyDays: number) => {
  if (storeId !== null) return event.storeId === storeId;
  const body = await bodyOf(service.table, service.masterKey, event.id, service.clock(), bodyDays);
  return body !== undefined && namesPerson(readable(body), person);
};

/** Removes a page of such bodies, newest first, on from `position`; gives how many and where to go on, if anywhere. */
export const removeUnreadBodies = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  whose: WhoseBodies,
  position: string | undefined,
): Promise<{ removed: number; next: string | undefined }> => {
  const { bodyDays } = retentionOf(merchant.data);
  const since = keptSince(bodyDays, service.clock());
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
    seen += 1;
    if (seen === EVENTS_A_PAGE) return { removed, next: at };
  }
  return { removed, next: undefined };
};
