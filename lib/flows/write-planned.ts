// Writing many orders together: marks first, then events, then what follows from them, each state by itself.
import { dayOf } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { recordCustomerOrders } from '../table/customers.ts';
import { besideOrder, keepEvents } from '../table/inbox.ts';
import { writeEntriesOf } from '../table/ledger-entries.ts';
import { erasedAmong, ordersById, writeOrder } from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import { daysTouched, isUpToDate, placementOf } from './apply-events.ts';
import { applyKept, noteFactsSince } from './apply-kept.ts';
import { mapAtOnce } from './at-once.ts';
import { daysOfFollowers } from './credit-followed.ts';
import { instantsOf } from './foresee-event.ts';
import { isRejected, type LineOutcome, rejected } from './import-outcome.ts';
import { markDays, markRange, markSpans } from './mark-days.ts';
import { type CustomerNews, markLaterOrders } from './mark-later-orders.ts';
import type { OrderAfter } from './order-after.ts';
import type { PlannedOrder } from './planned-order.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

const AT_ONCE = 32;

/** Of more orders than this that may have followers, nobody is asked for them: every day since is marked. */
const MOST_ASKED = 100;

/** Marks the days of orders that were credited by their own touches until those they go back to were told. */
const markFollowers = async (service: Service, merchant: Merchant, plans: readonly PlannedOrder[]): Promise<void> => {
  const zone = merchant.data.timeZone;
  const leading = plans.filter(({ way }) => way === 'together');
  if (leading.length > MOST_ASKED) {
    const first = leading.reduce(
      (least, { after }) => Math.min(least, after?.order.listedAt ?? least),
      service.clock(),
    );
    await markRange(service, merchant.id, dayOf(first, zone), dayOf(service.clock(), zone));
    return;
  }
  const days = await mapAtOnce(leading, AT_ONCE, async ({ before, after }) =>
    after ? daysOfFollowers(service, zone, before.order, after.order) : [],
  );
  await markDays(service, merchant.id, days.flat());
};

const markAll = async (service: Service, merchant: Merchant, plans: readonly PlannedOrder[]): Promise<void> => {
  const zone = merchant.data.timeZone;
  const days = plans.flatMap(({ way, events, before, after }) => {
    // Some mark there must be, for the sweep to find events whose writer died.
    if (way === 'quiet' || !after) return events.map(({ receivedAt }) => dayOf(receivedAt, zone));
    const told = events.flatMap(({ event }) => instantsOf(event)).map((instant) => dayOf(instant, zone));
    return [...told, ...daysTouched(zone, before, after.order, after.entries)];
  });
  await markSpans(service, merchant.id, days, dayOf(service.clock(), zone));
  const first = plans.flatMap(({ events }) => events.flatMap(({ event }) => instantsOf(event)));
  // One by one: thousands of arguments are too many for a call.
  const earliest = first.reduce((least, instant) => Math.min(least, instant), Number.POSITIVE_INFINITY);
  if (first.length > 0) await noteFactsSince(service, merchant, dayOf(earliest, zone));
};

/** The customers who hold their order otherwise from now on, or whose order counts as it did not. */
const customerNews = ({ before, after }: PlannedOrder): CustomerNews[] => {
  if (!after) return [];
  const { listedAt, fold } = after.order;
  const known = new Set(before.order?.fold.customerKeys);
  return fold.customerKeys
    .filter((key) => after.countsOtherwise || !known.has(key))
    .map((customerKey) => ({ customerKey, after: listedAt }));
};

/** Customers' records and what leads to entries; a later delivery of the same order writes them again. */
const writeBesides = async (service: Service, merchant: Merchant, plans: readonly PlannedOrder[]): Promise<void> => {
  const { table } = service;
  await markLaterOrders(service, merchant, plans.flatMap(customerNews));
  const next = plans.flatMap(({ before, after }) => (after ? [{ ...after, before }] : []));
  const held = next.flatMap(({ order }) =>
    order.fold.customerKeys.map((customerKey) => ({ customerKey, order: placementOf(order) })),
  );
  await recordCustomerOrders(table, merchant.id, held);
  await writeEntriesOf(table, next);
};

const applyAlone = async (service: Service, { events }: PlannedOrder): Promise<void> => {
  for (const event of events) await applyKept(service, event);
};

/** Writes the order's state; where another delivery was faster, its events are applied the ordinary way. */
const writeState = async (service: Service, plan: PlannedOrder): Promise<void> => {
  const { way, before, after } = plan;
  if (way === 'together' && after && (await writeOrder(service.table, after.order, before.order?.version))) return;
  if (way !== 'none') await applyAlone(service, plan);
};

/** What can't be done for one order is its own: its events are kept, and the sweep finds them. */
const stateWritten = async (service: Service, plan: PlannedOrder): Promise<readonly LineOutcome[]> => {
  try {
    await writeState(service, plan);
    return plan.outcomes;
  } catch (error) {
    service.log.error('imported order not applied yet', { orderId: plan.after?.order.id, error });
    const message = 'kept, but not applied yet: send it again, or wait';
    return plan.outcomes.map((one) => (isRejected(one) ? one : rejected(one.line, 'not_applied', message)));
  }
};

/** Of orders that said it all already, those that were changed before the events could be kept as no news to them. */
const changedMeanwhile = async (service: Service, quiet: readonly PlannedOrder[]): Promise<PlannedOrder[]> => {
  const ids = quiet.flatMap(({ before }) => before.order?.id ?? []);
  const now = new Map((await ordersById(service.table, ids)).map((order) => [order.id, order]));
  return quiet.filter(({ before, events }) => {
    const order = now.get(before.order?.id ?? '');
    const nothingNewTo = before.order?.version;
    return events.some((event) => besideOrder({ ...event, nothingNewTo }, order).state !== 'applied');
  });
};

/**
 * An order without a state is not read, so that only a look after its events were kept tells that its person was erased
 * meanwhile: such a one is applied the ordinary way, which cuts it.
 */
const erasedMeanwhile = async (service: Service, plans: readonly PlannedOrder[]): Promise<PlannedOrder[]> => {
  const fresh = plans.filter(({ way, before }) => way === 'together' && before.order === undefined);
  const erased = await erasedAmong(
    service.table,
    fresh.flatMap(({ after }) => after?.order.id ?? []),
  );
  return plans.map((plan) => (erased.has(plan.after?.order.id ?? '') ? { ...plan, way: 'alone' } : plan));
};

const isQuiet = async (service: Service, { way, after }: PlannedOrder): Promise<boolean> =>
  way === 'quiet' && isUpToDate(service, after as OrderAfter);

/**
 * Writes what is planned, safe to repeat and to cut short: no event is kept before its days are marked, no state written
 * before its events are kept.
 */
export const writePlanned = async (
  service: Service,
  merchant: Merchant,
  plans: readonly PlannedOrder[],
): Promise<LineOutcome[]> => {
  await markAll(service, merchant, plans);
  await markFollowers(service, merchant, plans);
  const inStep = await mapAtOnce(plans, AT_ONCE, (plan) => isQuiet(service, plan));
  const quiet = plans.filter((_, i) => inStep[i]);
  const planned = plans.filter((_, i) => !inStep[i]);
  const told = (some: readonly PlannedOrder[], nothingNew: boolean) =>
    some.flatMap(({ events, before }) =>
      events.map((event) => ({ ...event, nothingNewTo: nothingNew ? before.order?.version : undefined })),
    );
  await keepEvents(service.table, [...told(quiet, true), ...told(planned, false)]);
  const loud = await erasedMeanwhile(service, planned);
  const together = loud.filter(({ way }) => way === 'together');
  await writeBesides(service, merchant, together);
  const changed = new Set(await changedMeanwhile(service, quiet));
  const written = await mapAtOnce([...loud, ...changed], AT_ONCE, (plan) => stateWritten(service, plan));
  return [...written.flat(), ...quiet.filter((plan) => !changed.has(plan)).flatMap(({ outcomes }) => outcomes)];
};
