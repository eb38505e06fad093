// What the bench measures with: percentiles, the best of several rounds, a load that notices what goes wrong, bundle sizes.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startingBytes } from './bundles.ts';
import { type LoadRequest, load } from './load.ts';
import { median, percentile } from './percentile.ts';
import { bestOf } from './rounds.ts';
import { hitsOn } from './shoppers.ts';

describe('a percentile', () => {
  it('is the smallest value that so many are no greater than', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    expect([1, 50, 99, 99.5, 100].map((p) => percentile(hundred, p))).toEqual([1, 50, 99, 100, 100]);
    expect([50, 51, 99].map((p) => percentile([3, 7], p))).toEqual([3, 7, 7]);
    expect(percentile([5], 0.1)).toBe(5);
  });

  it('has at least its share of the values at or below it, and less below', () => {
    const values = fc.array(fc.integer(), { minLength: 1 }).map((all) => all.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (sorted, p) => {
        const found = percentile(sorted, p);
        const share = (p / 100) * sorted.length;
        expect(sorted.filter((value) => value <= found).length).toBeGreaterThanOrEqual(share - 1e-9);
        expect(sorted.filter((value) => value < found).length).toBeLessThan(share);
      }),
    );
  });

  it('of nothing there is none', () => {
    expect(() => percentile([], 50)).toThrow(RangeError);
  });

  it('in the middle is the median, in whatever order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });
});

describe('the best round', () => {
  it('is the fastest, and each is measured once', async () => {
    const rates = [100, 300, 200];
    const best = await bestOf(3, async (round) => ({ round, perSecond: rates[round] ?? 0 }));
    expect(best).toEqual({ round: 1, perSecond: 300 });
  });
});

/** Runs something against a server of its own. */
const withServer = async <T>(listener: RequestListener, run: (base: string) => Promise<T>): Promise<T> => {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    return await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

describe('a load', () => {
  it('sends every request once, headers and body as they are, and times every answer', async () => {
    const seen: string[] = [];
    const requests: LoadRequest[] = Array.from({ length: 37 }, (_, i) => ({
      ...{ method: 'POST', path: `/${i}`, headers: { 'x-number': String(i) }, body: Buffer.from(`body ${i}`) },
    }));
    const result = await withServer(
      async (message, response) => {
        const body = (await message.toArray()).join('');
        seen.push(`${message.method} ${message.url} ${message.headers['x-number']} ${body}`);
        response.end();
      },
      (base) => load(base, 4, requests, 200),
    );
    expect(seen.sort()).toEqual(requests.map((_, i) => `POST /${i} ${i} body ${i}`).sort());
    expect(result.answered).toBe(37);
    expect(result.perSecond).toBeGreaterThan(0);
    expect(result.p50Ms).toBeGreaterThan(0);
    expect(result.p99Ms).toBeGreaterThanOrEqual(result.p50Ms);
  });

  it('fails when a single answer is another than expected', async () => {
    const listener: RequestListener = ({ url }, response) => {
      response.statusCode = url === '/link-3' ? 500 : 302;
      response.end();
    };
    const hits = hitsOn(['link-1', 'link-2', 'link-3'], 9).slice(0, 3);
    expect(new Set(hits.map(({ path }) => path)).size).toBe(3);
    await expect(withServer(listener, (base) => load(base, 3, hits, 302))).rejects.toThrow('not 302: {"500":1}');
  });
});

describe('the bytes a bundle starts with', () => {
  const output = (bytes: number, imports: [string, string][], entryPoint?: string) => ({
    ...{ bytes, inputs: {}, exports: [], ...(entryPoint && { entryPoint }) },
    imports: imports.map(([path, kind]) => ({ path, kind: kind as 'import-statement' })),
  });

  it('are its own and its chunks’, without maps and what is loaded lazily', () => {
    const outputs = {
      'out/chunks/lazy.mjs': output(1_000, [['out/chunks/a.mjs', 'import-statement']], 'node_modules/lazy/index.js'),
      'out/index.mjs': output(
        1,
        [
          ['out/chunks/a.mjs', 'import-statement'],
          ['out/chunks/lazy.mjs', 'dynamic-import'],
        ],
        'functions/api.ts',
      ),
      'out/index.mjs.map': output(10_000, []),
      'out/chunks/a.mjs': output(20, [['out/chunks/b.mjs', 'import-statement']]),
      'out/chunks/b.mjs': output(300, [['out/chunks/a.mjs', 'import-statement']]),
    };
    expect(startingBytes(outputs, 'functions/api.ts')).toBe(321);
    expect(() => startingBytes(outputs, 'functions/sweep.ts')).toThrow('no bundle of functions/sweep.ts');
  });
});
