// The questions asked about entities, requests repeated under a key, and the queue of roll-ups.

import { DEFAULT_DOMAIN } from '../../../lib/table/click-path-keys.ts';
import { codeInStore, renameCode } from '../../../lib/table/discount-codes.ts';
import { beginRequest, finishRequest, giveUpRequest } from '../../../lib/table/idempotency.ts';
import { keys } from '../../../lib/table/keys.ts';
import {
  claimNames,
  createRecord,
  namesTaken,
  recordAt,
  recordByExternalId,
  recordById,
  recordsAt,
  recordsById,
  recordsOf,
  releaseNames,
  replaceRecord,
} from '../../../lib/table/records.ts';
import { dequeueRollup, enqueueRollup, queuedRollups } from '../../../lib/table/rollup-queue.ts';
import { aLink, MERCHANT_ID } from '../records.ts';
import { TEST_NOW } from '../service.ts';
import { type AccessPattern, batchGet, get, IF_NEW, list, put, query, remove } from './pattern.ts';
import { LISTED, STORE_ID } from './world.ts';

const requestName = { owner: MERCHANT_ID, route: 'creators.create', keyHash: 'ab'.repeat(32) };
const request = { bodyHash: 'cd'.repeat(32), seed: 'e'.repeat(36), startedAt: TEST_NOW, answer: null };
const IF_STILL_MINE = 'seed = :seed AND startedAt = :started AND answer = :none';

export const entityPatterns: readonly AccessPattern[] = [
  {
    name: 'records.createRecord',
    question: "Make this entity, unless its name (slug, code, key) or the caller's own id is taken.",
    requests: [
      put('EXT#<merchant>#<kind>#<externalId> / EXT', IF_NEW),
      put('ENT#<id> / ENT'),
      put('LNK#<domain>#<slug> / LNK', IF_NEW),
    ],
    ask: (table) => {
      const link = aLink({ externalId: 'crm-link', data: { slug: 'a-new-link' } });
      return createRecord(table, link, { home: keys.link(DEFAULT_DOMAIN, link.data.slug) });
    },
  },
  {
    name: 'records.recordAt',
    question: 'Which link is behind this slug? (Likewise a code of a store, an API key: whatever a name holds.)',
    requests: [get('LNK#<domain>#<slug> / LNK', 'eventual')],
    ask: (table, { link }) => recordAt(table, keys.link(DEFAULT_DOMAIN, link.data.slug), false),
  },
  {
    name: 'records.recordById',
    question: 'The entity with this id, through a pointer where a name is its home.',
    requests: [get('ENT#<id> / ENT'), get('LNK#<domain>#<slug> / LNK')],
    ask: (table, { link }) => recordById(table, link.id),
  },
  {
    name: 'records.recordByExternalId',
    question: "The entity with this id of the caller's own.",
    requests: [get('EXT#<merchant>#<kind>#<externalId> / EXT'), get('ENT#<id> / ENT')],
    ask: (table) => recordByExternalId(table, MERCHANT_ID, 'creator', 'crm-1000'),
  },
  {
    name: 'records.recordsAt',
    question: 'The entities under these keys, such as links by their slugs (example: 1).',
    requests: [batchGet('LNK#<domain>#<slug> / LNK')],
    ask: (table, { link }) => recordsAt(table, [keys.link(link.data.domain, link.data.slug)]),
  },
  {
    name: 'records.recordsById',
    question: `The entities with these ids, for the names in a report (example: ${LISTED}).`,
    requests: [batchGet('ENT#<id> / ENT')],
    ask: (table, { creators }) =>
      recordsById(
        table,
        creators.map(({ id }) => id),
      ),
  },
  {
    name: 'records.namesTaken',
    question: 'Which of these discount codes does somebody else hold? (example: 3)',
    requests: [batchGet('COD#<store>#<code> / COD')],
    ask: (table) =>
      namesTaken(
        table,
        ['sarah15', 'sarah15a', 'sarah15b'].map((code) => keys.discountCode(STORE_ID, code)),
        'cod_TestCode0000000001',
      ),
  },
  {
    name: 'records.claimNames',
    question: 'Call this entity so as well, unless another goes by one of these names.',
    requests: [get('COD#<store>#<code> / COD'), put('COD#<store>#<code> / COD', IF_NEW)],
    ask: (table, { code }) => claimNames(table, code, { aliases: [keys.discountCode(STORE_ID, 'promo_1')] }),
  },
  {
    name: 'records.releaseNames',
    question: 'Call this entity so no more, unless somebody named it so anew meanwhile.',
    requests: [
      batchGet('COD#<store>#<code> / COD'),
      remove('COD#<store>#<code> / COD', 'id = :id AND claimedAt = :claimedAt'),
    ],
    ask: async (table, { code, service }) => {
      const names = [keys.discountCode(STORE_ID, 'promo_2')];
      await claimNames(service.table, code, { aliases: names });
      return (await releaseNames(table, code.id, names))();
    },
  },
  {
    name: 'discount-codes.codeInStore',
    question: "Which code do a store's orders call so? (A second read where it is another store's or an external id.)",
    requests: [get('COD#<store>#<code> / COD')],
    ask: (table, { code }) => codeInStore(table, STORE_ID, code.data.code),
  },
  {
    name: 'discount-codes.renameCode',
    question:
      'Claim what this code is to be called by besides; let go of the rest once that is written (example: 2 stores).',
    requests: [
      get('COD#<store>#<code> / COD'),
      put('COD#<store>#<code> / COD', IF_NEW),
      batchGet('COD#<store>#<code> / COD'),
    ],
    ask: async (table, { code, service }) => {
      const called = (...externalIds: string[]) => ({ ...code.data, externalIds });
      await renameCode(service.table, code, called('promo_3'), TEST_NOW);
      return renameCode(table, { ...code, data: called('promo_3') }, called('promo_4'), TEST_NOW);
    },
  },
  {
    name: 'records.recordsOf',
    question: `A merchant's entities of one kind, newest first, from any position on (example: ${LISTED}).`,
    requests: [list('<merchant>#<kind>'), batchGet('ENT#<id> / ENT')],
    ask: (table) => Array.fromAsync(recordsOf(table, { merchantId: MERCHANT_ID, kind: 'creator' })),
  },
  {
    name: 'records.replaceRecord',
    question: 'Change this entity, unless somebody else changed it meanwhile.',
    requests: [get('ENT#<id> / ENT'), put('LNK#<domain>#<slug> / LNK', 'revision = :seen AND id = :id')],
    ask: (table, { link }) => replaceRecord(table, link),
  },
  {
    name: 'idempotency.beginRequest',
    question: 'Is this the first request under its Idempotency-Key?',
    requests: [put('IDM#<owner>#<route>#<keyHash> / IDM', IF_NEW)],
    ask: (table) => beginRequest(table, requestName, request),
  },
  {
    name: 'idempotency.finishRequest',
    question: 'Keep the answer of the first for its repeats (beyond 300 kB the rest under `ANS#<startedAt>#<part>`).',
    requests: [put('IDM#<owner>#<route>#<keyHash> / IDM', IF_STILL_MINE)],
    ask: (table) => finishRequest(table, requestName, request, Buffer.alloc(500, 'a')),
  },
  {
    name: 'idempotency.giveUpRequest',
    question: 'Mark a request that failed for our own reasons as died, so that a repeat takes its place and seed.',
    requests: [put('IDM#<owner>#<route>#<keyHash> / IDM', IF_STILL_MINE)],
    ask: async (table, { service }) => {
      const name = { ...requestName, route: 'links.create' };
      await beginRequest(service.table, name, request);
      return giveUpRequest(table, name, request);
    },
  },
  {
    name: 'rollup-queue.enqueueRollup',
    question: 'Keep in mind that this roll-up was asked for.',
    requests: [put('RUQ / <rollup>')],
    ask: (table) => enqueueRollup(table, 'rup_TestRollup00000001', TEST_NOW),
  },
  {
    name: 'rollup-queue.queuedRollups',
    question: 'Which roll-ups are not finished yet?',
    requests: [query('RUQ')],
    ask: (table) => queuedRollups(table),
  },
  {
    name: 'rollup-queue.dequeueRollup',
    question: 'This roll-up is finished.',
    requests: [remove('RUQ / <rollup>')],
    ask: (table) => dequeueRollup(table, 'rup_TestRollup00000001'),
  },
];
