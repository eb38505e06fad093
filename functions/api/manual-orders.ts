// Orders entered by hand, and taken back where that was a mistake.
import { manualOrder } from '../../lib/connectors/manual.ts';
import { orderRoutes } from '../../lib/contracts/orders.ts';
import type { FieldError } from '../../lib/contracts/problems.ts';
import type { StoreData } from '../../lib/domain/entities.ts';
import { cancelEntered, type Entered, enterOrder } from '../../lib/flows/enter-order.ts';
import { invalid, refusal } from '../../lib/http/refusal.ts';
import { parseInto, refuseErrors } from '../../lib/http/validate.ts';
import { recordById } from '../../lib/table/records.ts';
import { type Call, operation } from './operation.ts';
import { presentWhole } from './orders.ts';
import { ownOrder } from './own-orders.ts';
import { referred } from './references.ts';

/** The order that came of it; refuses where there is none, or none yet. */
const orderOf = (entered: Entered) => {
  switch (entered.outcome) {
    case 'entered':
      return entered.order;
    case 'order_exists':
      throw refusal('order_exists', 'The store has an order with this externalId: correct it there');
    case 'in_progress':
      throw refusal('conflict', 'Somebody else enters this order just now; look for it in a minute');
    case 'not_understood':
      throw invalid('', entered.reason, entered.detail);
    case 'kept':
      throw refusal('unavailable', `It is kept, and applied by itself: see the webhook event ${entered.eventId}`);
  }
};

const enter = operation(orderRoutes.enterOrder, async (anyCall) => {
  const call = anyCall as Call;
  const { service, merchant } = call;
  const errors: FieldError[] = [];
  const given = parseInto(manualOrder, anyCall.body, errors);
  refuseErrors(errors);
  const { storeId, reason, externalId = `manual-${call.newId('ord').slice(4)}` } = given as NonNullable<typeof given>;
  const store = await referred<StoreData>(call, 'store', storeId, '/storeId', errors);
  refuseErrors(errors);
  if (!store) throw new Error('unreachable: a store that is not there was refused');
  // As it was sent, since that is what a replay reads; its text is the same again in a repeat of the request.
  const { storeId: _store, reason: _reason, ...sent } = anyCall.body;
  const teller = { store, merchant, eventId: call.newId('evt') };
  const order = orderOf(await enterOrder(service, teller, reason, { ...sent, externalId }));
  return { status: 201, body: await presentWhole(call, order) };
});

const cancel = operation(orderRoutes.cancelOrder, async (anyCall) => {
  const call = anyCall as Call;
  const order = await ownOrder(call);
  if (order.fold.manualReason === undefined) {
    throw refusal('order_not_manual', 'The shop told of this order, and has to tell of its cancellation');
  }
  const store = await recordById<StoreData>(call.service.table, order.storeId);
  if (!store) throw new Error(`Order ${order.id} belongs to no store`);
  const teller = { store, merchant: call.merchant, eventId: call.newId('evt') };
  const cancelled = orderOf(await cancelEntered(call.service, teller, order, anyCall.body.reason));
  return { status: 200, body: await presentWhole(call, cancelled) };
});

export const manualOrderOperations = [enter, cancel];
