// Carrying an erasure out, a page at a time: within the request that asks for it, or by the sweep.
import type { ErasedCounts, ErasureData, MerchantData } from '../domain/entities.ts';
import { type CustomerRecord, dropCustomerRecords, recordsOfCustomer } from '../table/customers.ts';
import { WRITER_LIFE_MS } from '../table/dirty-days.ts';
import { dequeueErasure, dueErasures, foundOrders, queuedErasure, saveErasure } from '../table/erasures.ts';
import { eventById, settleEvent } from '../table/inbox.ts';
import { erasedAmong, ordersBetween } from '../table/orders.ts';
import { createRecord, recordById, replaceRecord, type StoredRecord } from '../table/records.ts';
import { mapAtOnce } from './at-once.ts';
import { customersOfOrder, cutOrder, keepReturning, markOrder, type NamedOrder } from './cut-order.ts';
import type { Erasure, ErasurePlan } from './erasure-plan.ts';
import type { Service } from './service.ts';
import { removeUnreadBodies } from './unread-bodies.ts';

type Merchant = StoredRecord<MerchantData>;

/** A step of a plan, and what is left of it then; undefined once nothing is. */
type Step = (service: Service, merchant: Merchant, plan: ErasurePlan) => Promise<ErasurePlan | undefined>;

/** Orders noted or cut before it is noted how far that has come: some seconds' work. */
const PAGE = 25;
/** A store's are sought among all of the merchant's, which come by the hundred. */
const LISTED_PAGE = 100;
const READS_AT_ONCE = 8;

/** While one is at it, others leave it alone for so long after each page. */
const LEASE_MS = 60_000;

/** The first of a stream, as many as a page holds. */
const pageOf = async <T>(stream: AsyncIterable<T>, size = PAGE): Promise<T[]> => {
  const found: T[] = [];
  for await (const one of stream) {
    found.push(one);
    if (found.length === size) break;
  }
  return found;
};

const save = (service: Service, plan: ErasurePlan, dueAt = service.clock() + LEASE_MS) =>
  saveErasure(service.table, service.masterKey, plan.record.id, dueAt, plan);

const inPhase = (plan: ErasurePlan, phase: ErasurePlan['phase']): ErasurePlan => ({
  ...{ ...plan, phase, done: 0 },
  position: undefined,
});

/**
 * Notes some orders as erased. The keys they are tied by are kept before: an order that is noted may be cut by any
 * delivery that comes, and nothing would lead to its customer's other orders any more.
 */
const markPage = async (service: Service, merchant: Merchant, plan: ErasurePlan, orders: readonly NamedOrder[]) => {
  const isStores = plan.record.data.subject.type === 'store';
  const met = isStores ? [] : await mapAtOnce(orders, READS_AT_ONCE, ({ id }) => customersOfOrder(service, id));
  const next = { ...plan, customerKeys: [...new Set([...plan.customerKeys, ...met.flat()])] };
  if (next.customerKeys.length > plan.customerKeys.length) await save(service, next);
  for (const order of orders) {
    if (isStores) await keepReturning(service, merchant, order);
    await markOrder(service, merchant, plan.record.id, order);
  }
  return next;
};

const markNamed: Step = async (service, merchant, plan) => {
  const orders = plan.orders.slice(plan.done, plan.done + PAGE);
  if (orders.length === 0) return inPhase(plan, 'find');
  return { ...(await markPage(service, merchant, plan, orders)), done: plan.done + orders.length };
};

/** All of a store's orders are among the merchant's. */
const findOfStore: Step = async (service, merchant, plan) => {
  const { position, record } = plan;
  const listed = await pageOf(ordersBetween(service.table, merchant.id, { position }), LISTED_PAGE);
  const own = listed.filter(({ order }) => order.storeId === record.data.storeId).map(({ order: { id } }) => ({ id }));
  const marked = await markPage(service, merchant, plan, own);
  const last = listed.at(-1);
  return last ? { ...marked, position: last.position } : inPhase(marked, 'cut');
};

const findOfCustomer: Step = async (service, merchant, plan) => {
  const customerKey = plan.customerKeys[plan.done];
  if (customerKey === undefined) return inPhase(plan, 'cut');
  const records = await pageOf(recordsOfCustomer(service.table, merchant.id, customerKey, plan.position));
  const orders = records.flatMap(({ orderId }) => (orderId === null ? [] : [{ id: orderId }]));
  const marked = await markPage(service, merchant, plan, orders);
  const last = records.at(-1);
  if (records.length < PAGE || !last) return { ...marked, done: plan.done + 1, position: undefined };
  return { ...marked, position: last.key.sk };
};

const find: Step = (service, merchant, plan) =>
  (plan.record.data.subject.type === 'store' ? findOfStore : findOfCustomer)(service, merchant, plan);

const cut: Step = async (service, merchant, plan) => {
  const orders = await pageOf(foundOrders(service.table, plan.record.id, plan.position));
  for (const order of orders) await cutOrder(service, merchant, order);
  const last = orders.at(-1);
  return last ? { ...plan, position: last.orderId } : inPhase(plan, 'rest');
};

/** What is kept under a customer, with which of it is of orders that are not noted as erased. */
const recordsLeft = async (service: Service, merchant: Merchant, customerKey: string, position?: string) => {
  const records = await pageOf(recordsOfCustomer(service.table, merchant.id, customerKey, position));
  const ids = records.flatMap(({ orderId }) => orderId ?? []);
  const erased = await erasedAmong(service.table, ids);
  const isErased = ({ orderId }: CustomerRecord) => orderId === null || erased.has(orderId);
  return { records, erased: records.filter(isErased), others: records.filter((one) => !isErased(one)) };
};

/** Empties the customers' own records. An order that came since the others were found goes the way they did. */
const clearRest: Step = async (service, merchant, plan) => {
  const customerKey = plan.customerKeys[plan.done];
  if (customerKey === undefined) return inPhase(plan, 'read');
  const { records, erased, others } = await recordsLeft(service, merchant, customerKey);
  if (others.length > 0) {
    const came = others.map(({ orderId }) => ({ id: String(orderId) }));
    return inPhase(await markPage(service, merchant, plan, came), 'find');
  }
  await dropCustomerRecords(service.table, erased);
  const customerRecords = plan.besides.customerRecords + erased.filter(({ orderId }) => orderId === null).length;
  const next = { ...plan, besides: { ...plan.besides, customerRecords } };
  return records.length === 0 ? { ...next, done: plan.done + 1 } : next;
};

const readBodies: Step = async (service, merchant, plan) => {
  const { data } = plan.record;
  const storeId = data.subject.type === 'store' ? data.storeId : null;
  const whose = { person: plan.sought, customerKeys: plan.customerKeys, storeId };
  const { removed, waiting, next } = await removeUnreadBodies(service, merchant, whose, plan.position);
  const read = { ...plan, position: next, besides: { ...plan.besides, bodies: plan.besides.bodies + removed } };
  // An order that no customer held goes the way the others did, and may name more of theirs.
  if (waiting.length > 0) return inPhase(await markPage(service, merchant, read, waiting), 'find');
  if (next !== undefined) return read;
  await finish(service, read);
  const nobody = { email: null, customerId: null, orderExternalIds: [] };
  return { ...inPhase(read, 'again'), orders: [], sought: nobody };
};

/**
 * Once more under the customers: a delivery that had read an order before it was noted, and died, may have put it there
 * since. Orders that came afterwards are new facts, and stay.
 */
const lookAgain: Step = async (service, merchant, plan) => {
  const customerKey = plan.customerKeys[plan.done];
  if (customerKey === undefined) return undefined;
  const { records, erased } = await recordsLeft(service, merchant, customerKey, plan.position);
  await dropCustomerRecords(
    service.table,
    erased.filter(({ orderId }) => orderId !== null),
  );
  const last = records.at(-1);
  if (records.length < PAGE || !last) return { ...plan, done: plan.done + 1, position: undefined };
  return { ...plan, position: last.key.sk };
};

const STEPS: Readonly<Record<ErasurePlan['phase'], Step>> = {
  ...{ named: markNamed, find, cut, rest: clearRest, read: readBodies, again: lookAgain },
};

const totals = async (service: Service, { record, besides }: ErasurePlan): Promise<ErasedCounts> => {
  let [orders, events, bodies, customerRecords] = [0, 0, besides.bodies, besides.customerRecords];
  for await (const found of foundOrders(service.table, record.id)) {
    orders += 1;
    events += found.events;
    bodies += found.bodies;
    customerRecords += found.customerRecords;
  }
  return { orders, events, bodies, customerRecords };
};

/** The shop's event says that it is carried out, and keeps nothing of its own. */
const settleRequest = async (service: Service, eventId: string | null): Promise<void> => {
  const event = eventId === null ? undefined : await eventById(service.table, eventId);
  if (event?.state === 'received') {
    await settleEvent(service.table, event, { ...event, state: 'applied', attempts: event.attempts + 1 });
  }
};

/** Writes the receipt, once; then the event that asked for it. */
const finish = async (service: Service, plan: ErasurePlan): Promise<void> => {
  const removed = await totals(service, plan);
  for (;;) {
    const record = await recordById<ErasureData>(service.table, plan.record.id);
    if (!record || record.data.state === 'done') break;
    const finishedAt = service.clock();
    const data: ErasureData = { ...record.data, state: 'done', finishedAt, removed };
    if (await replaceRecord(service.table, { ...record, updatedAt: finishedAt, data })) break;
  }
  await settleRequest(service, plan.record.data.eventId);
};

/** Deliveries that were on their way have ended by then. */
const LATER_MS = WRITER_LIFE_MS + 10_000;

const goOn = async (service: Service, merchant: Merchant, begun: ErasurePlan, until: number): Promise<void> => {
  let plan: ErasurePlan | undefined = begun;
  while (plan && (plan === begun || service.clock() < until)) {
    const { phase }: ErasurePlan = plan;
    plan = await STEPS[phase](service, merchant, plan);
    if (plan && plan.phase === 'again' && phase !== 'again') {
      await save(service, plan, service.clock() + LATER_MS);
      return;
    }
    if (plan) await save(service, plan);
  }
  if (plan) await save(service, plan, service.clock());
  else await dequeueErasure(service.table, begun.record.id);
};

/**
 * Carries an erasure out as far as there is time; what is left is the sweep's. Two at it at once do no harm. Gives the
 * erasure as it stands then.
 */
export const runErasure = async (service: Service, erasureId: string, until: number): Promise<Erasure | undefined> => {
  const plan = await queuedErasure<ErasurePlan>(service.table, service.masterKey, erasureId);
  if (plan) {
    await createRecord(service.table, plan.record);
    const merchant = await recordById<MerchantData>(service.table, plan.record.merchantId);
    if (!merchant) throw new Error(`Erasure ${erasureId} belongs to no merchant`);
    await goOn(service, merchant, plan, until);
  }
  return recordById<ErasureData>(service.table, erasureId);
};

/** Goes on with the erasures that are due; one that fails does not keep the others waiting. */
export const runDueErasures = async (service: Service, until: number): Promise<void> => {
  for (const id of await dueErasures(service.table, service.clock())) {
    if (service.clock() >= until) return;
    await runErasure(service, id, until).catch((error) => service.log.error('erasure not finished', { id, error }));
  }
};
