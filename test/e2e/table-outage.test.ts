// Shoppers while the table is frozen, gone and back: each is redirected, and each click is stored once in the end.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineProcess, startEngineProcess } from '../support/engine-process.ts';
import { aDataFolder, type RunningServer, startServer } from '../support/server.ts';
import { daysAgo } from './campaign.ts';
import { aMerchant, client, made, pause, performanceOf, rollUp } from './client.ts';

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1';
const SLUGS = Array.from({ length: 20 }, (_, i) => `outage-${i}`);

let engine: EngineProcess;
let server: RunningServer;
let apiKey: string;
const dataDir = aDataFolder();
const start = () => startServer({ dataDir, env: { DYNAMODB_ENDPOINT: engine.endpoint, ROOT_KEY: 'root_outage' } });

beforeAll(async () => {
  engine = await startEngineProcess();
  server = await start();
  ({ apiKey } = await aMerchant(server));
  const api = client(server.base, apiKey);
  const { id: creatorId } = await made(api, '/v1/creators', { name: 'Sarah Lim' });
  for (const slug of SLUGS) {
    await made(api, '/v1/links', { creatorId, slug, destinationUrl: 'https://shop.example.com/p/protein' });
  }
});
afterAll(async () => {
  engine.thaw();
  await server.stop('SIGKILL');
  await engine.kill();
});

interface Answer {
  readonly status: number;
  readonly clickId: string | null;
  readonly ms: number;
}

const follow = async (slug: string): Promise<Answer> => {
  const begun = performance.now();
  const response = await fetch(`${server.base}/${slug}`, { redirect: 'manual', headers: { 'user-agent': PHONE } });
  await response.arrayBuffer();
  const location = response.headers.get('location');
  const clickId = location && new URL(location).searchParams.get('trb_click');
  return { status: response.status, clickId, ms: performance.now() - begun };
};

/** Shoppers, sixteen at a time, until told to stop. */
const shoppers = () => {
  const answers: Answer[] = [];
  let going = true;
  const shopper = async (first: number) => {
    for (let i = first; going; i++) answers.push(await follow(SLUGS[i % SLUGS.length] as string));
  };
  const all = Promise.all(Array.from({ length: 16 }, (_, i) => shopper(i)));
  return {
    answers,
    stop: async () => {
      going = false;
      await all;
      return answers;
    },
  };
};

/** Nothing waits any more that the table did not take in time. */
const untilDrained = async () => {
  for (let waited = 0; waited < 20_000; waited += 100) {
    if (readdirSync(join(dataDir, 'clicks-left')).length === 0) return;
    await pause(100);
  }
  throw new Error('clicks were left in their files');
};

describe('shoppers on known links while the table is frozen, then gone, then back', () => {
  let answers: readonly Answer[];
  let before = 0;

  it('are all redirected, without waiting for it', { timeout: 60_000 }, async () => {
    for (const slug of SLUGS) await follow(slug);
    before = SLUGS.length;
    const load = shoppers();
    await pause(500);
    engine.freeze();
    await pause(2_000);
    engine.thaw();
    await pause(500);
    await engine.kill();
    const sofar = load.answers.length;
    await pause(2_000);
    expect(load.answers.length).toBeGreaterThan(sofar + 100);
    await engine.startAgain();
    await pause(1_000);
    answers = await load.stop();
    expect(answers.filter(({ status }) => status !== 302)).toEqual([]);
    // The bench says how long; this only tells waiting for the table from not waiting, beside all other tests.
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(1_500);
  });

  it('have each their click, stored once in the end though some were stored late', { timeout: 60_000 }, async () => {
    const ids = answers.flatMap(({ clickId }) => clickId ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(answers.length);
    expect(readdirSync(join(dataDir, 'clicks-left')).length).toBeGreaterThan(0);
    // On a busy machine neither may have been in time for some, which then come late.
    await pause(1_000);
    await server.stop('SIGKILL');
    server = await start();
    await untilDrained();
    const api = client(server.base, apiKey);
    await rollUp(api, daysAgo(1), daysAgo(-1));
    const { totals } = await performanceOf(api, daysAgo(1), daysAgo(-1), 'creator');
    const excluded = Object.values(totals.excludedClicks ?? {}).reduce((sum, count) => sum + count, 0);
    const stored = (totals.clicks ?? 0) + excluded;
    expect(stored).toBe(before + answers.length);
  });
});
