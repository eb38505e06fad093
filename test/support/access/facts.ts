// The questions asked about webhook events and orders.
import type { LedgerEntry } from '../../../lib/domain/orders/ledger.ts';
import { claimOrder } from '../../../lib/table/entered-orders.ts';
import {
  eventById,
  eventPartOf,
  eventsOf,
  keepEvent,
  keepEvents,
  keptEvents,
  settleEvent,
  settleTakenIn,
  writeReading,
} from '../../../lib/table/inbox.ts';
import { entriesBetween, entriesOfOrder, writeEntries, writeEntriesOf } from '../../../lib/table/ledger-entries.ts';
import {
  adoptEvent,
  NOTHING_KNOWN,
  orderById,
  ordersBetween,
  ordersById,
  readOrderPartition,
  writeOrder,
} from '../../../lib/table/orders.ts';
import { bodyOf, keepBody } from '../../../lib/table/webhook-bodies.ts';
import { aShopifyOrder } from '../payloads/shopify.ts';
import { MERCHANT_ID } from '../records.ts';
import { TEST_MASTER_KEY, TEST_NOW } from '../service.ts';
import { type AccessPattern, batchGet, batchWrite, get, IF_NEW, list, put, query } from './pattern.ts';
import { anExampleOrder, LISTED } from './world.ts';

const EVENT = 'ORD#<order> / EVT#<event>';
const FRESH = 900;

const inboxPatterns: readonly AccessPattern[] = [
  {
    name: 'webhook-bodies.keepBody',
    question: 'Keep the body of this event for two weeks (example: 1.5 kB).',
    requests: [batchWrite('RAW#<event> / RAW#<part>')],
    ask: (table) => {
      const raw = Buffer.from(JSON.stringify(aShopifyOrder()));
      return keepBody(
        table,
        TEST_MASTER_KEY,
        anExampleOrder(FRESH).event.id,
        { headers: { 'x-shopify-topic': 'orders/paid' }, raw },
        TEST_NOW,
        14,
      );
    },
  },
  {
    name: 'webhook-bodies.bodyOf',
    question: 'The body of this event.',
    requests: [query('RAW#<event>')],
    ask: (table, { event }) => bodyOf(table, TEST_MASTER_KEY, event.id, TEST_NOW, 14),
  },
  {
    name: 'inbox.keepEvents',
    question: 'Keep many events, 25 a request (example: 2).',
    requests: [batchWrite(EVENT)],
    ask: (table) => keepEvents(table, [anExampleOrder(FRESH + 1).event, anExampleOrder(FRESH + 2).event]),
  },
  {
    name: 'inbox.keptEvents',
    question: 'Which of these events were kept? (example: 2)',
    requests: [batchGet(EVENT)],
    ask: (table) => keptEvents(table, [anExampleOrder(0).event.id, anExampleOrder(1).event.id]),
  },
  {
    name: 'inbox.keepEvent',
    question: 'Keep this event, unless the shop repeats itself.',
    requests: [put(EVENT, IF_NEW)],
    ask: (table) => keepEvent(table, anExampleOrder(FRESH).event),
  },
  {
    name: 'inbox.settleEvent',
    question: 'Note what became of this event, unless it was settled or replayed meanwhile.',
    requests: [
      put(EVENT, 'attempts = :attempts AND attribute_not_exists(replayedAt) AND attribute_not_exists(erasedAt)'),
    ],
    ask: (table, { event }) => settleEvent(table, event, { ...event, state: 'applied', attempts: 1 }),
  },
  {
    name: 'inbox.settleTakenIn',
    question: "Have events say themselves that they are applied, for which their order's state has no room any more.",
    requests: [
      batchGet(EVENT),
      put(EVENT, 'attempts = :attempts AND attribute_not_exists(replayedAt) AND attribute_not_exists(erasedAt)'),
    ],
    ask: (table) => {
      const { event, order } = anExampleOrder(2);
      return settleTakenIn(table, order.id, [eventPartOf(event.id)]);
    },
  },
  {
    name: 'inbox.writeReading',
    question: 'Write this event as a replay has read its body.',
    requests: [put(EVENT)],
    ask: (table, { event }) => writeReading(table, { ...event, attempts: 1, replayedAt: TEST_NOW }),
  },
  {
    name: 'inbox.eventById',
    question: 'The event with this id: is it known, and has its order taken it in?',
    requests: [get(EVENT), get('ORD#<order> / ORD')],
    ask: (table) => eventById(table, anExampleOrder(1).event.id),
  },
  {
    name: 'inbox.eventsOf',
    question: `A merchant's events, newest first, back to an instant (example: ${LISTED + 1}).`,
    requests: [list('<merchant>#webhook-events / <since># ..'), batchGet(EVENT), batchGet('ORD#<order> / ORD')],
    ask: (table) => Array.fromAsync(eventsOf(table, MERCHANT_ID, { since: TEST_NOW })),
  },
];

const orderPatterns: readonly AccessPattern[] = [
  {
    name: 'orders.readOrderPartition',
    question: 'All that is known of an order: state, ledger entries and the events they follow from.',
    requests: [query('ORD#<order>')],
    ask: (table, { order }) => readOrderPartition(table, order.id),
  },
  {
    name: 'orders.adoptEvent',
    question: 'Lay this event, replayed under an id of no order, with its order.',
    requests: [put(EVENT)],
    ask: (table, { order, event }) =>
      adoptEvent(table, order.id, {
        ...event,
        id: `${event.id.slice(0, 20)}${'z'.repeat(16)}`,
        event: event.event as never,
      }),
  },
  {
    name: 'ledger-entries.writeEntries',
    question:
      'Bring the ledger entries of an order in line with its events: pointers to those in its state, items where it has ' +
      'no room (example: one refund of each).',
    requests: [batchWrite('LED#<merchant> / <instant>#<order>'), batchWrite('ORD#<order> / LED#<entry>')],
    ask: async (table) => {
      const { order } = anExampleOrder(FRESH);
      const [refund] = order.entries as [LedgerEntry];
      await writeEntries(table, order, NOTHING_KNOWN, [{ ...refund, id: 'refund-r33' }, refund]);
    },
  },
  {
    name: 'ledger-entries.writeEntriesOf',
    question: 'The same for the entries of many orders (example: one with one refund in its state).',
    requests: [batchWrite('LED#<merchant> / <instant>#<order>')],
    ask: (table) => {
      const { order } = anExampleOrder(FRESH + 1);
      return writeEntriesOf(table, [{ order, before: NOTHING_KNOWN, entries: order.entries }]);
    },
  },
  {
    name: 'orders.writeOrder',
    question: 'Write the state of an order over the version it was folded from.',
    requests: [put('ORD#<order> / ORD', 'version = :seen')],
    ask: (table, { order }) => writeOrder(table, { ...order, version: 2 }, 1),
  },
  {
    name: 'orders.orderById',
    question: 'The order with this id.',
    requests: [get('ORD#<order> / ORD')],
    ask: (table, { order }) => orderById(table, order.id),
  },
  {
    name: 'orders.ordersById',
    question: 'The orders with these ids (example: 2).',
    requests: [batchGet('ORD#<order> / ORD')],
    ask: (table) => ordersById(table, [anExampleOrder(0).order.id, anExampleOrder(1).order.id]),
  },
  {
    name: 'orders.ordersBetween',
    question: `A merchant's orders placed between two instants, newest first (example: ${LISTED}).`,
    requests: [list('<merchant>#orders / <from># .. <to>#'), batchGet('ORD#<order> / ORD')],
    ask: (table) => Array.fromAsync(ordersBetween(table, MERCHANT_ID, { from: TEST_NOW, to: TEST_NOW + 86_400_000 })),
  },
  {
    name: 'ledger-entries.entriesOfOrder',
    question: "All of an order's ledger entries: in its state, or for one with more than that holds in its partition.",
    requests: [query('ORD#<order>')],
    ask: (table, { order }) => {
      const [refund] = order.entries as [LedgerEntry];
      return entriesOfOrder(table, { ...order, entries: Array.from({ length: 32 }, () => refund) });
    },
  },
  {
    name: 'ledger-entries.entriesBetween',
    question: `What happened to a merchant's orders between two instants (example: ${LISTED + 1}).`,
    requests: [
      query('LED#<merchant> / <from># .. <to>#'),
      batchGet('ORD#<order> / ORD'),
      list('<merchant>#ledger / <from># .. <to>#'),
      batchGet('ORD#<order> / LED#<entry>'),
    ],
    ask: (table) => entriesBetween(table, MERCHANT_ID, TEST_NOW, TEST_NOW + 86_400_000),
  },
];

const enteredOrderPatterns: readonly AccessPattern[] = [
  {
    name: 'entered-orders.claimOrder',
    question: 'I enter this order by hand, unless somebody else does; where somebody does, two reads say how far.',
    requests: [put('ORD#<order> / MAN', IF_NEW)],
    ask: (table) => {
      const { order, event } = anExampleOrder(FRESH + 1);
      return claimOrder(table, order.id, event.id, TEST_NOW);
    },
  },
];

export const factPatterns: readonly AccessPattern[] = [...inboxPatterns, ...orderPatterns, ...enteredOrderPatterns];
