// The questions asked about visits, and about the clicks that led to them.
import { hitsAt } from '../../../lib/table/clicks.ts';
import { storeVisit, visitsOfShard } from '../../../lib/table/visits.ts';
import { MERCHANT_ID } from '../records.ts';
import { type AccessPattern, batchGet, put, query } from './pattern.ts';
import { DAY } from './world.ts';

const VISITS = 'VST#<merchant>#<day>#<shard>';

export const visitPatterns: readonly AccessPattern[] = [
  {
    name: 'visits.storeVisit',
    question: 'Keep what was told of a visit, beside its click.',
    requests: [put(`${VISITS} / <visitor>#<time>#<suffix>#<batch>`)],
    ask: (table, { place }) =>
      storeVisit(table, MERCHANT_ID, { place, facts: { visits: 1, seconds: 12 } }, '00c0ffee', 400),
  },
  {
    name: 'visits.visitsOfShard',
    question: "What was told of a shard of a day's clicks, sorted as they are (example: 1).",
    requests: [query(VISITS, 'eventual')],
    ask: (table) => Array.fromAsync(visitsOfShard(table, MERCHANT_ID, DAY, 3)),
  },
  {
    name: 'clicks.hitsAt',
    question: 'The hits that led to these visits, 100 a request (example: 1).',
    requests: [batchGet('CLK#<merchant>#<day>#<shard> / <visitor>#<time>#<suffix>', 'eventual')],
    ask: (table, { place }) => hitsAt(table, MERCHANT_ID, [place]),
  },
];
