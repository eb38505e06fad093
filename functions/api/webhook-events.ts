// The inbox, readable: every event kept, what became of it, and applying one again.
import { orderRoutes } from '../../lib/contracts/orders.ts';
import { retentionOf } from '../../lib/domain/retention.ts';
import { replayEvent } from '../../lib/flows/replay-event.ts';
import { refusal } from '../../lib/http/refusal.ts';
import { bodyOf, eventById, eventsOf, type InboxEvent } from '../../lib/table/inbox.ts';
import { page } from './lists.ts';
import { type Call, operation } from './operation.ts';
import { filterId } from './references.ts';

const present = (event: InboxEvent) => {
  const { merchantId: _merchant, event: _event, orderExternalId: _external, ...rest } = event;
  const { replayedAt: _replayed, nothingNewTo: _nothing, erasedAt: _erased, receivedAt, ...shown } = rest;
  return { ...shown, receivedAt: new Date(receivedAt).toISOString() };
};

const ownEvent = async (call: Call): Promise<InboxEvent> => {
  const event = await eventById(call.service.table, call.params.id as string);
  if (event?.merchantId !== call.merchant.id) throw refusal('not_found', 'There is no such webhook event');
  return event;
};

const listEvents = operation(orderRoutes.listEvents, async (call) => {
  const storeId = await filterId(call as Call, 'store', call.query.storeId);
  const { state } = call.query;
  return page(
    call as Call,
    orderRoutes.listEvents.id,
    async function* (position) {
      for await (const { event, position: at } of eventsOf(call.service.table, call.merchant.id, { position })) {
        yield { item: event, position: at };
      }
    },
    (event) => (!state || event.state === state) && (!storeId || event.storeId === storeId),
    (events) => events.map(present),
  );
});

const getEvent = operation(orderRoutes.getEvent, async (call) => ({
  status: 200,
  body: present(await ownEvent(call as Call)),
}));

const replay = operation(orderRoutes.replayEvent, async (call) => {
  const event = await ownEvent(call as Call);
  const { bodyDays } = retentionOf(call.merchant.data);
  const body = await bodyOf(call.service.table, call.service.masterKey, event.id, call.now, bodyDays);
  if (!body) throw refusal('not_found', 'The body of this event is no longer kept');
  return { status: 200, body: present(await replayEvent(call.service, event, body)) };
});

export const webhookEventOperations = [listEvents, getEvent, replay];
