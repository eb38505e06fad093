// What docs/scale.md says in words is what the simulation gives; its tables are held to it by generated.test.ts.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scaleDocument } from '../bench/scale/document.ts';
import { busy, concurrencyNeeded, limits, linkReads } from '../bench/scale/limits.ts';
import { STEPS, type Step, zipfShares } from '../bench/scale/load.ts';
import { CLICK_BYTES, CLICKS_PER_SECOND, CLICKS_PER_WORKER, nightOf, restating } from '../bench/scale/night.ts';
import { allMerchants, blackFriday, dirtyMarks, VIRAL_CLICKS, viralPost } from '../bench/scale/scenarios.ts';
import { sweepOf } from '../bench/scale/sweep.ts';

const text = readFileSync(new URL('../../docs/scale.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');

const step = (times: number): Step => {
  const found = STEPS.find((one) => one.times === times);
  if (!found) throw new Error(`no step of ${times}`);
  return found;
};

type Claim = readonly [sentence: string, holds: () => unknown];

const within = (value: number, least: number, most: number) => value >= least && value <= most;

const claims: readonly Claim[] = [
  ['the largest merchant has 11 % of everything', () => within(zipfShares(5_000)[0] ?? 0, 0.105, 0.115)],
  [
    'a typical post has one click in twelve refused for five minutes, and an unlucky one four in ten',
    () => {
      const fresh = viralPost(8, 4);
      return within(fresh.median.early, 1 / 13, 1 / 11) && within(fresh.worst.early, 0.38, 0.44);
    },
  ],
  [
    'with 12,000 WRU/s and 8 shards the worst case still has 17 % refused',
    () => within(viralPost(8, 12).worst.early, 0.165, 0.175),
  ],
  [
    '64 shards on a table warmed to 6,000 WRU/s are refused nothing in any placement',
    () => viralPost(64, 6).worst.early < 0.0005,
  ],
  ['At 3,000 clicks/s some 36 functions are busy', () => busy(VIRAL_CLICKS, 12) === 36],
  ['which is one read in two seconds', () => within(2 * linkReads(VIRAL_CLICKS, 12), 0.5, 0.7)],
  [
    'Up to 100 times the base load a new table refuses nothing',
    () => [1, 10, 100].every((times) => allMerchants(step(times)).fresh.worst.early === 0),
  ],
  ['no single shard passes 550 WRU/s', () => allMerchants(step(10_000), 8, 1).hottestKey <= 550],
  [
    'One merchant does 500 events/s, 900,000 orders an hour, without a refusal in any placement',
    () => {
      const { index, writes, reads } = blackFriday(500);
      return [index, writes, reads].every(({ worst }) => worst.early === 0 && worst.late === 0);
    },
  ],
  ['1,000 events/s are the end of it', () => blackFriday(1_000).index.median.late > 0.001],
  [
    'which is 1,500 events/s of one item',
    () => blackFriday(1_400).reads.median.late < 0.001 && blackFriday(1_600).reads.median.late > 0.03,
  ],
  [
    'The eight keys are no trouble up to 1,000 times the load',
    () => dirtyMarks(step(1_000).peakEvents, 32).refusals.worst.early === 0,
  ],
  ['3,000 clicks/s keep 36 executions busy and need 300', () => concurrencyNeeded(VIRAL_CLICKS, 12) === 300],
  ['each 100 ms of waiting is 300 executions more', () => busy(VIRAL_CLICKS, 100) === 300],
  [
    'some 7 million clicks with the orders that come with them, 15 million without orders',
    () => within(CLICKS_PER_WORKER, 6.5e6, 7.5e6) && Math.round(CLICKS_PER_SECOND * limits.runSeconds) === 15e6,
  ],
  [
    'Clicks read back cost less than a cent a million; with their orders credited the night is 3 cents a million',
    () => {
      const reads = ((1e6 * CLICK_BYTES) / 4096 / 2) * 0.125e-6;
      const vcpu = 60 * (1769 / 1024) * 0.0000133334;
      return reads + vcpu < 0.01 && within(nightOf(1e9).dollars / 1000, 0.025, 0.035);
    },
  ],
  [
    "has a refund for 31 different days in every hour, an hour's work each time, and 21 dollars a day",
    () => {
      const { daysARun, secondsARun, dollarsADay } = restating(1e6, 24);
      return within(daysARun, 30.5, 31.5) && within(secondsARun, 3_300, 4_200) && within(dollarsADay, 20.5, 21.5);
    },
  ],
  [
    'thirteen times cheaper here',
    () => within(restating(1e6, 24).dollarsADay / restating(1e6, 1).dollarsADay, 12.5, 13.5),
  ],
  [
    'At 10,000 times a round takes longer than the time to the next',
    () => sweepOf(step(10_000).peakEvents).seconds > 300 && sweepOf(step(1_000).peakEvents).seconds < 300,
  ],
];

describe('docs/scale.md', () => {
  it.each(claims)('says: %s', (sentence, holds) => {
    expect(text).toContain(sentence);
    expect(holds()).toBe(true);
  });

  it('cannot be generated with a table that nothing computes, or without one that something does', () => {
    expect(() => scaleDocument('<!-- table: weather -->\n<!-- end -->')).toThrow('weather');
    expect(() => scaleDocument('# Scale')).toThrow('viral');
  });
});
