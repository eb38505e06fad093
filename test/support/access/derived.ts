// The questions asked about customers, dirty days and roll-ups.
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
import { readHeaders, readRollups, writeRollup } from '../../../lib/table/rollups.ts';
import { MERCHANT_ID } from '../records.ts';
import { TEST_NOW } from '../service.ts';
import { type AccessPattern, batchGet, batchWrite, put, query, remove } from './pattern.ts';
import { CUSTOMER, DAY } from './world.ts';

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

const HEAD = 'RUP#<merchant>#<day> / HEAD';
const BLOCK = 'RUP#<merchant>#<day> / BLK#<startedAt>-<run>-<part>';

const rollupPatterns: readonly AccessPattern[] = [
  {
    name: 'rollups.readRollups',
    question: 'These days as last computed (example: a day of 200 rows).',
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
    question: 'Replace a day by a later computation: blocks, then header, then the old blocks go (example: 200 rows).',
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

export const derivedPatterns: readonly AccessPattern[] = [...customerPatterns, ...dirtyDayPatterns, ...rollupPatterns];
