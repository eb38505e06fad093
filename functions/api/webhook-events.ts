// The inbox, readable: every event kept, what became of it, and applying one again, or all that match.

import type { FieldError } from '../../lib/contracts/problems.ts';
import { webhookEventRoutes } from '../../lib/contracts/webhook-events.ts';
import { addDays, startOfDay } from '../../lib/domain/days.ts';
import { replayKept } from '../../lib/flows/replay-event.ts';
import { type Replayed, replayEvents } from '../../lib/flows/replay-events.ts';
import { type CursorScope, cursorOf, positionOf } from '../../lib/http/cursor.ts';
import { invalid, refusal } from '../../lib/http/refusal.ts';
import { refuseErrors } from '../../lib/http/validate.ts';
import { type EventState, eventById, eventsOf, type InboxEvent } from '../../lib/table/inbox.ts';
import { iso } from './instants.ts';
import { DEFAULT_LIMIT, page } from './lists.ts';
import { type Call, operation } from './operation.ts';
import { filterId, referred } from './references.ts';

/** A call is cut off after 29 seconds, and one replay may take some: what is not begun by now is left to the next call. */
const REPLAYING_MS = 15_000;

const present = (event: InboxEvent) => {
  const { merchantId: _merchant, event: _event, orderExternalId: _external, ...rest } = event;
  const { replayedAt: _replayed, nothingNewTo: _nothing, receivedAt, nextAttemptAt, erasedAt, ...shown } = rest;
  return {
    ...shown,
    receivedAt: iso(receivedAt),
    nextAttemptAt: iso(nextAttemptAt ?? null),
    erasedAt: iso(erasedAt ?? null),
  };
};

const ownEvent = async (call: Call): Promise<InboxEvent> => {
  const event = await eventById(call.service.table, call.params.id as string);
  if (event?.merchantId !== call.merchant.id) throw refusal('not_found', 'There is no such webhook event');
  return event;
};

interface Filters {
  readonly state?: EventState | undefined;
  readonly storeId?: string | undefined;
  readonly topic?: string | undefined;
  readonly reason?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The instants that days are, from the first to before the last. */
const spanOf = (call: Call, { from, to }: Filters, base: string) => {
  if (from && to && to < from) throw invalid(`${base}/to`, 'ends_before_start', 'must not be before from');
  const zone = call.merchant.data.timeZone;
  return {
    ...(from && { since: startOfDay(from, zone) }),
    ...(to && { before: startOfDay(addDays(to, 1), zone) }),
  };
};

/** An event that is being replayed is listed at that instant, so the days are held against when it was received. */
const matching =
  ({ state, storeId, topic, reason }: Filters, span: { readonly since?: number; readonly before?: number }) =>
  (event: InboxEvent): boolean =>
    (!state || event.state === state) &&
    (!storeId || event.storeId === storeId) &&
    (!topic || event.topic === topic) &&
    (!reason || event.reason === reason) &&
    event.receivedAt >= (span.since ?? 0) &&
    event.receivedAt < (span.before ?? Number.POSITIVE_INFINITY);

const listEvents = operation(webhookEventRoutes.listEvents, async (anyCall) => {
  const call = anyCall as Call;
  const { query } = anyCall;
  const span = spanOf(call, query, '/query');
  const storeId = await filterId(call, 'store', query.storeId);
  return page(
    call,
    webhookEventRoutes.listEvents.id,
    async function* (position) {
      for await (const { event, position: at } of eventsOf(call.service.table, call.merchant.id, {
        ...span,
        position,
      })) {
        yield { item: event, position: at };
      }
    },
    matching({ ...query, storeId }, span),
    (events) => events.map(present),
  );
});

const getEvent = operation(webhookEventRoutes.getEvent, async (call) => ({
  status: 200,
  body: present(await ownEvent(call as Call)),
}));

const replay = operation(webhookEventRoutes.replayEvent, async (call) => {
  const replayed = await replayKept(call.service, await ownEvent(call as Call));
  if (!replayed) throw refusal('not_found', 'The body of this event is no longer kept');
  return { status: 200, body: present(replayed) };
});

const countsOf = (all: readonly Replayed[]) => {
  const tried = all.filter(({ outcome }) => outcome !== 'body_gone');
  const became = (state: EventState) => tried.filter(({ event }) => event.state === state).length;
  return {
    replayed: tried.length,
    applied: tried.filter(({ outcome, event }) => outcome === 'replayed' && event.state === 'applied').length,
    failed: tried.filter(({ outcome, event }) => outcome === 'failed' || event.state === 'failed').length,
    ignored: became('ignored'),
    bodyGone: all.length - tried.length,
  };
};

const replayMatching = operation(webhookEventRoutes.replayEvents, async (anyCall) => {
  const call = anyCall as Call;
  const { service, merchant, now } = call;
  const { limit = DEFAULT_LIMIT, cursor, ...given } = anyCall.body;
  const errors: FieldError[] = [];
  const store = given.storeId && (await referred(call, 'store', given.storeId, '/storeId', errors));
  refuseErrors(errors);
  const filters = { state: 'failed' as const, ...given, ...(store && { storeId: store.id }) };
  const span = spanOf(call, filters, '');
  const scope: CursorScope = { merchantId: merchant.id, route: webhookEventRoutes.replayEvents.id, filters };
  const position = cursor === undefined ? undefined : positionOf(service.masterKey, scope, cursor, now);
  const { replayed, position: next } = await replayEvents(
    service,
    eventsOf(service.table, merchant.id, { ...span, position }),
    { matches: matching(filters, span), limit, until: now + REPLAYING_MS },
  );
  const data = replayed.map(({ event: { id, state, reason } }) => ({ id, state, reason }));
  const nextCursor = next === null ? null : cursorOf(service.masterKey, scope, next, now);
  return { status: 200, body: { ...countsOf(replayed), data, nextCursor } };
});

export const webhookEventOperations = [listEvents, getEvent, replay, replayMatching];
