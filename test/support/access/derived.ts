// The questions asked about customers, dirty days, roll-ups, events to be tried again and days held against the shop.
import type { Day } from '../../../lib/domain/days.ts';
import { reconcileDay } from '../../../lib/domain/reconciliation.ts';
import {
  customersInStep,
  forgetCustomerOrder,
  knownSince,
  knowSince,
  laterOrders,
  recordCustomerOrder,
  recordCustomerOrders,
  salesUpTo,
} from '../../../lib/table/customers.ts';
import { allDirtyDays, clearMark, dirtyDaysOf, markDirty, markDirtySince } from '../../../lib/table/dirty-days.ts';
import { followersOf, forgetFollower, recordFollower, subscriptionPlace } from '../../../lib/table/followers.ts';
import { reconciliationsOf, storedReconciliation, writeReconciliation } from '../../../lib/table/reconciliations.ts';
import { dropRetry, dueRetries, enqueueRetry, takeUpRetry } from '../../../lib/table/retry-queue.ts';
import { readHeaders, readRollups, writeRollup } from '../../../lib/table/rollups.ts';
import { MERCHANT_ID } from '../records.ts';
import { TEST_NOW } from '../service.ts';
import { type AccessPattern, batchGet, batchWrite, put, query, remove } from './pattern.ts';
import { CUSTOMER, DAY, STORE_ID } from './world.ts';

const HELD = 'CUS#<merchant>#<customer> / ORD#<instant>#<order>';
const KNOWN = 'CUS#<merchant>#<customer> / KNOWN';
const MARK = 'DRT#<n> / <merchant>#<from>#<to>';
const mark = { merchantId: MERCHANT_ID, from: DAY, to: DAY, markedAt: TEST_NOW };
const held = (orderId: string) => ({ orderId, placedAt: TEST_NOW, counts: true });

const customerPatterns: readonly AccessPattern[] = [
  {
    name: 'customers.recordCustomerOrder',
    question: "Note an order among its customer's.",
    requests: [put(HELD)],
    ask: (table) => recordCustomerOrder(table, MERCHANT_ID, CUSTOMER, held('ord_0123456789abcdef')),
  },
  {
    name: 'customers.recordCustomerOrders',
    question: "Note many orders among their customers', 25 a request (example: one of one customer).",
    requests: [batchWrite(HELD)],
    ask: (table) =>
      recordCustomerOrders(table, MERCHANT_ID, [{ customerKey: CUSTOMER, order: held('ord_0123456789abcdef') }]),
  },
  {
    name: 'customers.customersInStep',
    question: 'Which of these customers hold the order as it now stands? (example: by e-mail and by id)',
    requests: [batchGet(HELD)],
    ask: (table, { order }) => customersInStep(table, MERCHANT_ID, order.fold.customerKeys, held(order.id)),
  },
  {
    name: 'customers.salesUpTo',
    question: "The customer's orders up to an instant that count once they are paid: is this one new?",
    requests: [query('CUS#<merchant>#<customer> / KNOWN .. ORD#<instant>#~')],
    ask: (table) => Array.fromAsync(salesUpTo(table, MERCHANT_ID, CUSTOMER, TEST_NOW)),
  },
  {
    name: 'customers.knownSince',
    question: 'Since when, by what was imported, are these customers known? (example: 2, of whom nothing was)',
    requests: [batchGet(KNOWN)],
    ask: (table, { order }) => knownSince(table, MERCHANT_ID, order.fold.customerKeys),
  },
  {
    name: 'customers.knowSince',
    question: 'Note since when another tool knew a customer, unless that is known since earlier.',
    requests: [put(KNOWN, 'attribute_not_exists(pk) OR firstOrderAt > :mine')],
    ask: (table) => knowSince(table, MERCHANT_ID, CUSTOMER, TEST_NOW),
  },
  {
    name: 'customers.laterOrders',
    question: "The customer's orders after an instant, whose days change with an earlier one.",
    requests: [query('CUS#<merchant>#<customer> / ORD#<instant> .. ORD#~')],
    ask: (table) => laterOrders(table, MERCHANT_ID, CUSTOMER, TEST_NOW),
  },
  {
    name: 'customers.forgetCustomerOrder',
    question: 'Take an order back from a time it was not placed at.',
    requests: [remove(HELD)],
    ask: (table) => forgetCustomerOrder(table, MERCHANT_ID, CUSTOMER, held('ord_0123456789abcdef')),
  },
];

const followerPatterns: readonly AccessPattern[] = [
  {
    name: 'followers.recordFollower',
    question: 'Note that this renewal or exchange goes back to that order, known or not, or is of that subscription.',
    requests: [put('PAR#<order> / <order>')],
    ask: (table, { order }) => recordFollower(table, order.id, { orderId: 'ord_0123456789abcdef', placedAt: TEST_NOW }),
  },
  {
    name: 'followers.forgetFollower',
    question: 'Its buyer is erased: nothing may lead from the subscription to this order.',
    requests: [remove('PAR#<subscription> / <order>')],
    ask: (table, { order }) => forgetFollower(table, subscriptionPlace(STORE_ID, 'sub_1'), order.id),
  },
  {
    name: 'followers.followersOf',
    question:
      'Which orders go back to this one, or are of this subscription? Asked when it is first known or is credited by something else.',
    requests: [query('PAR#<order>')],
    ask: (table, { order }) => followersOf(table, order.id),
  },
];

const dirtyDayPatterns: readonly AccessPattern[] = [
  {
    name: 'dirty-days.markDirty',
    question: 'These days no longer agree with the facts (one item, however many days).',
    requests: [put(MARK)],
    ask: (table) => markDirty(table, mark),
  },
  {
    name: 'dirty-days.markDirtySince',
    question: 'Of this range, only these days are left to do.',
    requests: [put(MARK, 'attribute_not_exists(pk) OR markedAt < :mine')],
    ask: (table) => markDirtySince(table, { ...mark, to: '2026-12-31' }),
  },
  {
    name: 'dirty-days.dirtyDaysOf',
    question: 'Which days of this merchant have changed?',
    requests: [query('DRT#<n> / <merchant>#*')],
    ask: (table) => dirtyDaysOf(table, MERCHANT_ID),
  },
  {
    name: 'dirty-days.allDirtyDays',
    question: 'Which merchants have news at all?',
    requests: [query('DRT#<n>')],
    ask: (table) => allDirtyDays(table),
  },
  {
    name: 'dirty-days.clearMark',
    question: 'These days agree again, unless they were marked since.',
    requests: [remove(MARK, 'markedAt = :seen')],
    ask: (table) => clearMark(table, mark, TEST_NOW + 3_600_000),
  },
];

const WAITING = 'RTQ#<n> / <event>';
const retry = { eventId: `evt_${'r'.repeat(32)}`, failures: 1, dueAt: TEST_NOW };

const retryQueuePatterns: readonly AccessPattern[] = [
  {
    name: 'retry-queue.enqueueRetry',
    question: 'This event could not be applied: try it again at an instant.',
    requests: [put(WAITING)],
    ask: (table) => enqueueRetry(table, retry),
  },
  {
    name: 'retry-queue.dueRetries',
    question: 'Which events are to be tried again by now?',
    requests: [query('RTQ#<n>', 'eventual')],
    ask: (table) => dueRetries(table, TEST_NOW),
  },
  {
    name: 'retry-queue.takeUpRetry',
    question: 'I try this event now, unless somebody else does.',
    requests: [put(WAITING, 'dueAt = :seen')],
    ask: (table) => takeUpRetry(table, retry, { ...retry, failures: 2 }),
  },
  {
    name: 'retry-queue.dropRetry',
    question: 'This event need not be tried again, unless it was put anew.',
    requests: [remove(WAITING, 'dueAt = :seen')],
    ask: (table) => dropRetry(table, retry),
  },
];

const HEAD = 'RUP#<merchant>#<day> / HEAD';
const BLOCK = 'RUP#<merchant>#<day> / BLK#<startedAt>-<run>-<part>';

const rollupPatterns: readonly AccessPattern[] = [
  {
    name: 'rollups.readRollups',
    question: 'These days as last computed, narrow rows only where asked for (example: a day of 200 rows).',
    requests: [batchGet(HEAD), batchGet(BLOCK)],
    ask: (table) => readRollups(table, MERCHANT_ID, [DAY]),
  },
  {
    name: 'rollups.readHeaders',
    question: 'When were these days last computed, and how long did it take?',
    requests: [batchGet(HEAD)],
    ask: (table) => readHeaders(table, MERCHANT_ID, [DAY]),
  },
  {
    name: 'rollups.writeRollup',
    question:
      'Replace a day by a later computation: blocks, then header, then the old blocks go (example: 200 rows, 620 narrow ones, 3,000 of clicks).',
    requests: [
      batchWrite(BLOCK),
      put(HEAD, 'attribute_not_exists(pk) OR startedAt <= :mine'),
      query('RUP#<merchant>#<day> / BLK# .. BLK#<startedAt>'),
      batchWrite(BLOCK),
    ],
    ask: (table, { rollup: { header, day } }) =>
      writeRollup(table, MERCHANT_ID, { ...header, startedAt: TEST_NOW + 3_600_000 }, day, '4e5f6a7b', () => TEST_NOW),
  },
];

const reconciled = (day: Day) =>
  storedReconciliation(
    day,
    TEST_NOW,
    reconcileDay(day, [{ externalId: '1001', name: null, total: 1, state: 'paid' }], []),
  );

const reconciliationPatterns: readonly AccessPattern[] = [
  {
    name: 'reconciliations.writeReconciliation',
    question: "Mark a store's day with how it stands against the shop's own list.",
    requests: [put('RCN#<store> / <day>')],
    ask: (table) => writeReconciliation(table, STORE_ID, reconciled(DAY)),
  },
  {
    name: 'reconciliations.reconciliationsOf',
    question: 'How do these days of a store stand against the shop?',
    requests: [query('RCN#<store> / <day> .. <day>')],
    ask: (table) => reconciliationsOf(table, STORE_ID, DAY, DAY),
  },
];

export const derivedPatterns: readonly AccessPattern[] = [
  ...customerPatterns,
  ...dirtyDayPatterns,
  ...followerPatterns,
  ...rollupPatterns,
  ...reconciliationPatterns,
  ...retryQueuePatterns,
];
