// A load of so many requests over so many connections, each sent once; every answer is counted and timed.
import { performance } from 'node:perf_hooks';
import autocannon from 'autocannon';
import { percentile } from './percentile.ts';

export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  readonly answered: number;
}

/** Longer than any pause a busy machine makes; a request this late is a finding. */
const TIMEOUT_SECONDS = 30;

/**
 * Sends all requests, dealt out to the connections in turn: as fast as they are answered, or so many a second. Throws
 * unless each is answered with `status`.
 */
export const load = async (
  base: string,
  connections: number,
  requests: readonly LoadRequest[],
  status: number,
  perSecond?: number,
): Promise<LoadResult> => {
  let next = 0;
  let began = 0;
  let ended = 0;
  const took: number[] = [];
  const others = new Map<number, number>();
  const run = autocannon({
    url: base,
    connections,
    amount: requests.length,
    timeout: TIMEOUT_SECONDS,
    ...(perSecond !== undefined && { overallRate: perSecond }),
    setupClient: (client) => {
      const first = next++;
      client.setRequests(requests.filter((_, i) => i % connections === first).map((request) => ({ ...request })));
    },
  });
  run.on('response', (_client, answered, _bytes, ms) => {
    ended = performance.now();
    // From the first request on: building the requests is the load's own work.
    if (took.length === 0) began = ended - ms;
    took.push(ms);
    if (answered !== status) others.set(answered, (others.get(answered) ?? 0) + 1);
  });
  const { errors, timeouts } = await run;
  if (others.size > 0 || errors > 0 || timeouts > 0 || took.length !== requests.length) {
    const strange = JSON.stringify(Object.fromEntries(others));
    throw new Error(
      `${took.length} of ${requests.length} answered, ${errors} errors, ${timeouts} late, not ${status}: ${strange}`,
    );
  }
  const sorted = Float64Array.from(took).sort();
  return {
    perSecond: (took.length * 1000) / (ended - began),
    p50Ms: percentile(sorted, 50),
    p99Ms: percentile(sorted, 99),
    mostMs: sorted.at(-1) ?? 0,
    answered: took.length,
  };
};
