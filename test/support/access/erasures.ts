// The questions asked while a person is erased.
import { dropCustomerRecords, recordsOfCustomer } from '../../../lib/table/customers.ts';
import { cutEvent } from '../../../lib/table/cut-events.ts';
import {
  dequeueErasure,
  dueErasures,
  enqueueErasure,
  foundOrders,
  noteFoundOrder,
  queuedErasure,
  saveErasure,
} from '../../../lib/table/erasures.ts';
import { placeOfEvent } from '../../../lib/table/inbox.ts';
import { erasedAmong, noteOrderErased, noteReturning } from '../../../lib/table/orders.ts';
import { bodyParts, removeBody } from '../../../lib/table/webhook-bodies.ts';
import { MERCHANT_ID } from '../records.ts';
import { TEST_MASTER_KEY, TEST_NOW } from '../service.ts';
import { type AccessPattern, batchGet, batchWrite, get, IF_NEW, put, query, remove } from './pattern.ts';
import { anExampleOrder, CUSTOMER } from './world.ts';

const ID = 'era_TestErasure0000001';
const PLAN = { phase: 'find', customerKeys: [CUSTOMER] };
const QUEUED = 'ERQ / <erasure>';
const FOUND = 'ERS#<erasure> / <order>';
const COUNTS = { events: 2, bodies: 2, customerRecords: 2 };
const MARK = 'ORD#<order> / ERA';
const BODY = 'RAW#<event> / RAW#<part>';

const foundOrder = () => {
  const { id, storeId, externalId } = anExampleOrder(3).order;
  return { orderId: id, storeId, externalId, ...COUNTS };
};

const queuePatterns: readonly AccessPattern[] = [
  {
    name: 'erasures.enqueueErasure',
    question: 'Keep what an erasure is to do, unless it is kept already.',
    requests: [put(QUEUED, IF_NEW)],
    ask: (table) => enqueueErasure(table, TEST_MASTER_KEY, ID, TEST_NOW, PLAN),
  },
  {
    name: 'erasures.saveErasure',
    question: 'Note how far it has come, while it is in the queue.',
    requests: [put(QUEUED, 'attribute_exists(pk)')],
    ask: (table) => saveErasure(table, TEST_MASTER_KEY, ID, TEST_NOW, PLAN),
  },
  {
    name: 'erasures.queuedErasure',
    question: 'What has this erasure still to do?',
    requests: [get(QUEUED)],
    ask: (table) => queuedErasure(table, TEST_MASTER_KEY, ID),
  },
  {
    name: 'erasures.dueErasures',
    question: 'Which erasures are due?',
    requests: [query('ERQ')],
    ask: (table) => dueErasures(table, TEST_NOW),
  },
  {
    name: 'erasures.noteFoundOrder',
    question: 'Note an order among those to be cut, with what there is to remove of it.',
    requests: [put(FOUND, IF_NEW)],
    ask: (table) => noteFoundOrder(table, ID, foundOrder()),
  },
  {
    name: 'erasures.foundOrders',
    question: 'Which orders has this erasure found?',
    requests: [query('ERS#<erasure>')],
    ask: (table) => Array.fromAsync(foundOrders(table, ID)),
  },
  {
    name: 'erasures.dequeueErasure',
    question: 'This erasure is over (example: of one order).',
    requests: [query('ERS#<erasure>'), batchWrite(FOUND), remove(QUEUED)],
    ask: (table) => dequeueErasure(table, ID),
  },
];

const cuttingPatterns: readonly AccessPattern[] = [
  {
    name: 'orders.noteOrderErased',
    question: 'Note that the person behind an order is erased, and how it is credited.',
    requests: [put(MARK, IF_NEW)],
    ask: (table) => noteOrderErased(table, anExampleOrder(3).order.id, { erasureId: ID, at: TEST_NOW, credit: null }),
  },
  {
    name: 'orders.noteReturning',
    question: "Note that an order's customer had bought before, of a store that is being erased.",
    requests: [put('ORD#<order> / ERB')],
    ask: (table) => noteReturning(table, anExampleOrder(4).order.id),
  },
  {
    name: 'orders.erasedAmong',
    question: 'Of which of these orders is the person erased? (example: 2)',
    requests: [batchGet(MARK)],
    ask: (table) => erasedAmong(table, [anExampleOrder(3).order.id, anExampleOrder(4).order.id]),
  },
  {
    name: 'cut-events.cutEvent',
    question: 'Cut an event to what may stay of it.',
    requests: [
      get('ORD#<order> / EVT#<event>'),
      put(
        'ORD#<order> / EVT#<event>',
        'attempts = :attempts AND attribute_not_exists(replayedAt) AND attribute_not_exists(erasedAt)',
      ),
    ],
    ask: (table) => cutEvent(table, placeOfEvent(anExampleOrder(3).event.id), TEST_NOW, (event) => event),
  },
  {
    name: 'webhook-bodies.bodyParts',
    question: 'Is there a body of this event, and in how many parts?',
    requests: [query('RAW#<event>')],
    ask: (table, { event }) => bodyParts(table, event.id),
  },
  {
    name: 'webhook-bodies.removeBody',
    question: 'Remove the body of this event.',
    requests: [query('RAW#<event>'), batchWrite(BODY)],
    ask: (table, { event }) => removeBody(table, event.id),
  },
  {
    name: 'customers.recordsOfCustomer',
    question: 'All that is kept under a customer, a page at a time.',
    requests: [query('CUS#<merchant>#<customer>')],
    ask: (table) => Array.fromAsync(recordsOfCustomer(table, MERCHANT_ID, CUSTOMER)),
  },
  {
    name: 'customers.dropCustomerRecords',
    question: 'Remove what is kept under a customer.',
    requests: [batchWrite('CUS#<merchant>#<customer> / ORD#<instant>#<order>')],
    ask: (table) => {
      const key = { pk: `CUS#${MERCHANT_ID}#${CUSTOMER}`, sk: 'ORD#2026-11-20T12:00:00.000Z#ord_0123456789abcdef' };
      return dropCustomerRecords(table, [{ key, orderId: 'ord_0123456789abcdef' }]);
    },
  },
];

export const erasurePatterns: readonly AccessPattern[] = [...queuePatterns, ...cuttingPatterns];
