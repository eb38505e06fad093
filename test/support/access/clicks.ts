// The questions asked about clicks, and about those that another tool recorded.
import { clickAt, clicksOfShard, clicksOfVisitor, hitsOfShard, storeClick } from '../../../lib/table/clicks.ts';
import {
  daysOfVisitor,
  type ImportedClick,
  importedClicks,
  importedPlace,
  storeImportedClicks,
} from '../../../lib/table/imported-clicks.ts';
import { MERCHANT_ID } from '../records.ts';
import { TEST_NOW } from '../service.ts';
import { type AccessPattern, batchGet, batchWrite, get, put, query } from './pattern.ts';
import { DAY, LISTED, type World } from './world.ts';

const SHARD = 'CLK#<merchant>#<day>#<shard>';
const CLICK = `${SHARD} / <visitor>#<time>#<suffix>`;

const livePatterns: readonly AccessPattern[] = [
  {
    name: 'clicks.storeClick',
    question:
      'Keep this click. Those of one turn, or that come while one is written, share a request (example: one, then 2 at once).',
    requests: [put(CLICK), batchWrite(CLICK)],
    ask: async (table, { place, facts }) => {
      const store = (suffix: string) => storeClick(table, MERCHANT_ID, { ...place, suffix }, facts);
      await store('fffffffd');
      await Promise.all(['fffffffe', 'ffffffff'].map(store));
    },
  },
  {
    name: 'clicks.clickAt',
    question: 'The click that this click id names.',
    requests: [get(CLICK)],
    ask: (table, { place }) => clickAt(table, MERCHANT_ID, place),
  },
  {
    name: 'clicks.hitsOfShard',
    question: `A shard of a day's hits, by visitor and time, 500 a page (example: ${LISTED + 1}).`,
    requests: [query(SHARD, 'eventual')],
    ask: (table) => Array.fromAsync(hitsOfShard(table, MERCHANT_ID, DAY, 3)),
  },
  {
    name: 'clicks.clicksOfShard',
    question: `The clicks of a shard of a day whole, from a visitor's first on, 500 a page (example: ${LISTED + 1}).`,
    requests: [query(`${SHARD} / <visitor># ..`, 'eventual')],
    ask: (table, { place }) => Array.fromAsync(clicksOfShard(table, MERCHANT_ID, DAY, 3, `${place.visitor}#`)),
  },
  {
    name: 'clicks.clicksOfVisitor',
    question: `A visitor's clicks of one day, between two instants (example: ${LISTED + 1}).`,
    requests: [query(`${SHARD} / <visitor>#<from> .. <visitor>#<to>#~`)],
    ask: (table, { place }) =>
      clicksOfVisitor(table, MERCHANT_ID, place.visitor as string, { ...place, from: TEST_NOW, to: TEST_NOW + 1000 }),
  },
];

const POINTER = 'EXT#<merchant>#click#<externalId> / EXT';
const VISITOR = `x${Buffer.alloc(16, 9).toString('base64url')}`;
const theirs = ({ place, facts }: World): ImportedClick => ({
  externalId: 'old-1',
  place: { ...place, visitor: VISITOR },
  facts: { ...facts, externalId: 'old-1' },
});

const importedClickPatterns: readonly AccessPattern[] = [
  {
    name: 'imported-clicks.importedClicks',
    question:
      'Which of these clicks, by the ids another tool gave them, were imported? (example: 2, of which none was)',
    requests: [batchGet(POINTER)],
    ask: (table) => importedClicks(table, MERCHANT_ID, ['old-1', 'old-2']),
  },
  {
    name: 'imported-clicks.storeImportedClicks',
    question:
      "Keep imported clicks, 25 a request: their visitors' days, then the clicks, then what leads to them (example: 1).",
    requests: [batchWrite('VIS#<merchant>#<visitor> / DAY#<day>'), batchWrite(CLICK), batchWrite(POINTER)],
    ask: (table, world) => storeImportedClicks(table, MERCHANT_ID, [theirs(world)]),
  },
  {
    name: 'imported-clicks.importedPlace',
    question: 'Where the imported click lies that an order names as ext_<externalId>.',
    requests: [get(POINTER)],
    ask: (table) => importedPlace(table, MERCHANT_ID, 'old-1'),
  },
  {
    name: 'imported-clicks.daysOfVisitor',
    question: 'The days within the lookback on which a visitor of another tool clicked.',
    requests: [query('VIS#<merchant>#<visitor> / DAY#<from> .. DAY#<to>')],
    ask: (table) => daysOfVisitor(table, MERCHANT_ID, VISITOR, { from: '2026-08-22', to: DAY }),
  },
];

export const clickPatterns: readonly AccessPattern[] = [...livePatterns, ...importedClickPatterns];
