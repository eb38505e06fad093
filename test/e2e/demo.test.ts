// npm start on an empty folder: a merchant with thirty days of traffic, told through the service's own HTTP.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { broughtBy, campaignOrders } from '../../infra/local/demo/plan-orders.ts';
import { createProgress } from '../../infra/local/demo/progress.ts';
import { createRandom } from '../../infra/local/demo/random.ts';
import { createShoppers } from '../../infra/local/demo/shoppers.ts';
import { timelineUntil } from '../../infra/local/demo/timeline.ts';
import { writeScript } from '../../infra/local/demo/traffic.ts';
import { aDataFolder, freePort } from '../support/server.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const LONGEST_FILL_MS = 60_000;
const ZONE = 'America/New_York';
const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-22T15:00:00Z');

const instants = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-12-31'), noInvalidDate: true });

const aChance = (seed: number) => {
  const random = createRandom(seed);
  return { random, newShopper: createShoppers(random) };
};

describe('the script of the demo', () => {
  it('has campaign orders that bring exactly what they must, whatever the seed and the sum', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 4_000, max: 1_200_000 }), (seed, total) => {
        const orders = campaignOrders(total, aChance(seed));
        expect(orders.reduce((sum, order) => sum + broughtBy(order), 0)).toBe(total);
      }),
      { numRuns: 50 },
    );
  });

  it('lies within the thirty days before now, ascending, whatever the hour and the clock changes', () => {
    fc.assert(
      fc.property(instants, (date) => {
        const now = date.getTime();
        const { from, moments } = timelineUntil(now, ZONE);
        expect(moments).toEqual(moments.toSorted((a, b) => a - b));
        expect(new Set(moments).size).toBe(1_200);
        expect(from).toBeLessThan(moments[0] as number);
        expect(moments[0]).toBeGreaterThan(now - 30 * DAY_MS - 2 * 3_600_000);
        expect(moments.at(-1)).toBeLessThan(now);
      }),
    );
  });

  it('is the same whenever it is written', () => {
    expect(writeScript(NOW, ZONE).orders).toEqual(writeScript(NOW + 12_345_678, ZONE).orders);
    expect(writeScript(NOW, ZONE).hits).toEqual(writeScript(NOW + 12_345_678, ZONE).hits);
  });

  it('has every order after the clicks that led to it and before what becomes of it', () => {
    const { orders, moments } = writeScript(NOW, ZONE);
    const misplaced = orders.filter(
      ({ plan }) =>
        plan.hits.some(({ moment }) => moment < 0 || moment >= plan.placed) ||
        plan.placed >= moments.length ||
        (plan.later !== null && (plan.later.moment <= plan.placed || plan.later.moment >= moments.length)),
    );
    expect(misplaced).toEqual([]);
  });

  it('holds what makes attribution hard', () => {
    const { orders, hits } = writeScript(NOW, ZONE);
    const some = <T>(items: readonly T[], of: (item: T) => unknown) => new Set(items.map(of));
    expect(some(orders, ({ plan }) => plan.kind)).toEqual(new Set(['sale', 'test', 'unpaid', 'till', 'renewal']));
    expect(some(orders, ({ plan }) => plan.later?.what)).toEqual(
      new Set([undefined, 'line_returned', 'price_adjusted', 'cancelled']),
    );
    expect(some(hits, ({ manner }) => manner)).toEqual(
      new Set(['visit', 'twice', 'untracked', 'prefetch', 'probe', 'machine']),
    );
    expect(orders.filter(({ plan }) => plan.conflict).length).toBeGreaterThan(2);
    expect(some(orders, ({ plan }) => plan.shopper).size).toBeLessThan(orders.length - 5);
  });
});

describe('the progress of the demo', () => {
  const told = (isTerminal: boolean): string[] => {
    const lines: string[] = [];
    const progress = createProgress((line) => lines.push(line), 30, isTerminal);
    for (let number = 1; number <= 10; number++) progress('2026-11-01', number);
    return lines;
  };

  it('is a line every five days where nobody watches', () => {
    expect(told(false)).toEqual([
      'Filling in the demo: day 5 of 30, 2026-11-01',
      'Filling in the demo: day 10 of 30, 2026-11-01',
    ]);
  });

  it('is one line rewritten on a terminal', () => {
    expect(told(true)).toHaveLength(10);
    expect(told(true)[0]).toBe('Filling in the demo: day 1 of 30, 2026-11-01');
    expect(told(true)[9]).toBe('\u001b[1A\u001b[2KFilling in the demo: day 10 of 30, 2026-11-01');
  });
});

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves once this stands in the output, rejects when the process ends before. */
  readonly said: (text: string) => Promise<void>;
  /** Signals and gives the exit code, null when the signal ended it. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
}

const children: ChildProcess[] = [];

const start = (dataDir: string, port: number): Started => {
  const { NODE_OPTIONS: _options, ...own } = process.env;
  const empty = { HOST: '', BASE_URL: '', ROOT_KEY: '', DYNAMODB_ENDPOINT: '' };
  const child = spawn(process.execPath, ['infra/local/main.ts'], {
    cwd: ROOT,
    env: { ...own, ...empty, DATA_DIR: dataDir, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const said = (text: string) =>
    new Promise<void>((found, failed) => {
      const look = () => output.includes(text) && found();
      look();
      child.stdout.on('data', look);
      ended.then(() => failed(new Error(`The server ended before it said "${text}": ${output}`)));
    });
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { child, output: () => output, said, end };
};

afterAll(() => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
});

/** The requests of the printed curl lines. */
const curlsOf = (output: string) =>
  [...output.matchAll(/^ {2}curl (.*) '(http[^']+)'$/gm)].map(([, flags = '', url = '']) => ({
    url,
    headers: Object.fromEntries(
      [...flags.matchAll(/-H '([^:']+): ([^']+)'/g)].map(([, name = '', value = '']) => [name, value]),
    ),
  }));

interface Performance {
  readonly reconciliation: Readonly<Record<'credited' | 'unattributed' | 'storeNetRevenue' | 'conflicts', number>>;
  readonly missingDays: readonly string[];
  readonly staleDays: readonly string[];
  readonly totals: {
    readonly excludedClicks: Readonly<Record<string, number>>;
    readonly newCustomers: number;
    readonly orders: number;
  };
}

interface Listed {
  readonly data: readonly unknown[];
}

const merchantsOf = async (base: string, dataDir: string): Promise<number> => {
  const { rootKey } = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as { rootKey: string };
  const answer = await fetch(`${base}/v1/merchants`, { headers: { authorization: `Bearer ${rootKey}` } });
  return ((await answer.json()) as Listed).data.length;
};

describe('npm start on an empty folder', { timeout: 240_000 }, () => {
  const dataDir = aDataFolder();
  let server: Started;
  let base: string;
  let key: string;

  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(base + path, { headers: { authorization: `Bearer ${key}` } });
    expect([path, answer.status]).toEqual([path, 200]);
    return (await answer.json()) as T;
  };

  it('fills afresh after a fill that was killed, within a minute', async () => {
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    const killed = start(dataDir, port);
    await killed.said('Filling in the demo: day 5');
    const early = await fetch(`${base}/health`);
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '5']);
    await killed.end('SIGKILL');
    expect(existsSync(join(dataDir, 'demo-unfinished'))).toBe(true);

    const begun = performance.now();
    server = start(dataDir, port);
    await server.said('listening on');
    expect(performance.now() - begun).toBeLessThan(LONGEST_FILL_MS);
    expect(existsSync(join(dataDir, 'demo-unfinished'))).toBe(false);
    expect(await merchantsOf(base, dataDir)).toBe(1);
  });

  it('shows the worked example: 210 % in all, 140 % measured, -4 % at the margin', () => {
    expect(server.output()).toMatch(/Autumn Protein +5,000\.00 +12,000\.00 +3,500\.00 +210 % +140 % +-4 %/);
    key = /^API key: (trb_live_\S+)$/m.exec(server.output())?.[1] ?? '';
  });

  it('adds up to the shop, up to the present day and with no day left to compute', async () => {
    const [first] = curlsOf(server.output());
    const { pathname, search, searchParams } = new URL(first?.url ?? '');
    const report = await get<Performance>(pathname + search);
    const { credited, unattributed, storeNetRevenue, conflicts } = report.reconciliation;
    expect(credited + unattributed).toBe(storeNetRevenue);
    expect(unattributed).toBeGreaterThan(0);
    expect(conflicts).toBeGreaterThan(2);
    expect([report.missingDays, report.staleDays]).toEqual([[], []]);
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short' }).format();
    expect(searchParams.get('to')).toBe(today);
    const { excludedClicks, newCustomers, orders } = report.totals;
    for (const kind of ['bot', 'preview', 'prefetch', 'probe', 'duplicate']) {
      expect([kind, excludedClicks[kind]]).toEqual([kind, expect.toSatisfy((count: number) => count > 5)]);
    }
    expect(newCustomers).toBeLessThan(orders);
  });

  it.each(['cancelled', 'test', 'pending'])('holds orders that are %s', async (state) => {
    const { data } = await get<Listed>(`/v1/orders?state=${state}`);
    expect(data.length).toBeGreaterThan(0);
  });

  it('has applied every webhook', async () => {
    expect((await get<Listed>('/v1/webhook-events?state=failed')).data).toEqual([]);
    expect((await get<Listed>('/v1/webhook-events?state=ignored')).data).toEqual([]);
    expect((await get<Listed>('/v1/webhook-events?state=received')).data).toEqual([]);
  });

  it('prints three curl lines that work as they stand', async () => {
    const curls = curlsOf(server.output());
    expect(curls).toHaveLength(3);
    const answers = await Promise.all(curls.map(({ url, headers }) => fetch(url, { headers })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const [, attribution, roi] = await Promise.all(answers.map((answer) => answer.text()));
    expect(JSON.parse(attribution ?? '')).toMatchObject({ conflict: true });
    expect(roi).toContain('Autumn Protein');
  });

  it('stops on SIGTERM, and finds everything on the next start without filling again', async () => {
    const before = await get<Listed>('/v1/reports/roi?groupBy=campaign,creator');
    expect(await server.end('SIGTERM')).toBe(0);
    const again = start(dataDir, Number(new URL(base).port));
    await again.said('listening on');
    expect(again.output()).not.toContain('demo');
    expect(await merchantsOf(base, dataDir)).toBe(1);
    const after = await get<Listed>('/v1/reports/roi?groupBy=campaign,creator');
    expect(after.data).toEqual(before.data);
    expect(await again.end('SIGTERM')).toBe(0);
  });
});
