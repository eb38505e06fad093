// Erasing a person, and reading the receipt again.
import type * as z from 'zod';
import { erasureRoutes } from '../../lib/contracts/erasures.ts';
import type { ErasureData, StoreData } from '../../lib/domain/entities.ts';
import type { NamedOrder } from '../../lib/flows/cut-order.ts';
import { askErasure, type Erasure } from '../../lib/flows/erasure-plan.ts';
import { orderIdOf } from '../../lib/flows/inbox-event.ts';
import { runErasure } from '../../lib/flows/run-erasure.ts';
import { invalid } from '../../lib/http/refusal.ts';
import { orderById } from '../../lib/table/orders.ts';
import { recordsOf } from '../../lib/table/records.ts';
import { iso } from './instants.ts';
import { page } from './lists.ts';
import { type Call, operation } from './operation.ts';
import { filterId, required } from './references.ts';

type Body = z.output<typeof erasureRoutes.create.body>;

/** A request may take this long over it; an order takes some hundredths of a second. */
const PATIENCE_MS = 8_000;
/** The sweep takes an erasure up whose request has died. */
const TAKEN_UP_AFTER_MS = 60_000;
/** Point-in-time recovery goes back so far. */
const BACKUPS_MS = 35 * 86_400_000;

const KEPT = [
  {
    what: "Amounts, lines, discount codes, country, dates and the shop's own numbers of orders and events",
    why: 'The figures of reports rest on them; they name nobody',
  },
  {
    what: 'Who each order is credited to, and whether it was the customer’s first',
    why: 'Neither could be found out any more, and both are in reports',
  },
  { what: 'Clicks', why: 'They are of a browser that nothing ties to an order or a customer any more' },
] as const;

const present = ({ id, createdAt, data }: Erasure) => ({
  id,
  state: data.state,
  requestedAt: iso(createdAt),
  finishedAt: iso(data.finishedAt),
  by: data.by,
  storeId: data.storeId,
  eventId: data.eventId,
  subject: data.subject,
  removed: data.removed,
  kept: KEPT,
  backupsUntil: iso(data.finishedAt === null ? null : data.finishedAt + BACKUPS_MS),
});

/** The store that ids are of: the one named, else the merchant's only one. */
const storeIdOf = async (call: Call, { storeId }: Body): Promise<string> => {
  if (storeId !== undefined) {
    const id = await filterId(call, 'store', storeId);
    if (id === undefined || id === 'none')
      throw invalid('/storeId', 'unknown_reference', `there is no store ${storeId}`);
    return id;
  }
  const owner = { merchantId: call.merchant.id, kind: 'store' } as const;
  const stores: string[] = [];
  for await (const { record } of recordsOf<StoreData>(call.service.table, owner)) stores.push(record.id);
  const [only] = stores;
  if (only === undefined || stores.length > 1) {
    throw invalid('/storeId', 'required', 'is required: the merchant has not exactly one store');
  }
  return only;
};

const namedOrder = async (call: Call, body: Body, orderRef: string): Promise<NamedOrder> => {
  const id = orderRef.startsWith('ord_') ? orderRef : orderIdOf(await storeIdOf(call, body), orderRef);
  const order = await orderById(call.service.table, id);
  if (order?.merchantId !== call.merchant.id) {
    throw invalid('/orderRef', 'unknown_reference', `there is no order ${orderRef}`);
  }
  const { storeId, externalId } = order;
  return { id, identity: { id, storeId, externalId } };
};

const subjectOf = async (call: Call, body: Body) => {
  const { email = null, customerId = null, orderRef } = body;
  if (email === null && customerId === null && orderRef === undefined) {
    throw invalid('', 'required', 'email, customerId or orderRef is required');
  }
  const storeId = customerId !== null || body.storeId !== undefined ? await storeIdOf(call, body) : null;
  const orders = orderRef === undefined ? [] : [await namedOrder(call, body, orderRef)];
  return { type: 'customer' as const, storeId, customer: { email, platformId: customerId }, orders };
};

const create = operation(erasureRoutes.create, async (anyCall) => {
  const call = anyCall as Call;
  const { service, now } = call;
  const subject = await subjectOf(call, anyCall.body);
  const about = { merchantId: call.merchant.id, by: 'api', eventId: null };
  const asked = { ...about, id: call.newId('era'), dueAt: now + TAKEN_UP_AFTER_MS };
  const begun = await askErasure(service, asked, subject);
  // Asked for is asked for: the sweep goes on where this could not.
  const run = await runErasure(service, begun.id, service.clock() + PATIENCE_MS).catch((error) => {
    service.log.error('erasure left to the sweep', { id: begun.id, error });
    return undefined;
  });
  const erasure = run ?? begun;
  return { status: erasure.data.state === 'done' ? 201 : 202, body: present(erasure) };
});

const list = operation(erasureRoutes.list, (call) =>
  page(
    call as Call,
    erasureRoutes.list.id,
    async function* (position) {
      const owner = { merchantId: call.merchant.id, kind: 'erasure' } as const;
      for await (const listed of recordsOf<ErasureData>(call.service.table, owner, position)) {
        yield { item: listed.record, position: listed.position };
      }
    },
    () => true,
    (records) => records.map(present),
  ),
);

const get = operation(erasureRoutes.get, async (call) => ({
  status: 200,
  body: present(await required<ErasureData>(call as Call, 'erasure', call.params.id as string)),
}));

export const erasureOperations = [create, list, get];
