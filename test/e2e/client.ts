// A caller of the running server: requests over HTTP, answers as they came.
import type { Reachable } from '../support/server.ts';

export interface Reply<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; an empty object when it is none. */
  readonly json: T;
}

export type Call = <T = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Reply<T>>;

export const jsonOf = <T>(text: string): T => {
  try {
    return JSON.parse(text) as T;
  } catch {
    return {} as T;
  }
};

const replyOf = async <T>(response: Response): Promise<Reply<T>> => {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: jsonOf<T>(text) };
};

/** A caller with that key; redirects are answers, never followed. */
export const client =
  (base: string, key?: string): Call =>
  async <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(base + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(key && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    return replyOf<T>(response);
  };

/** Sends and insists on 201: what a test builds on must be there. */
export const made = async <T = { readonly id: string }>(api: Call, path: string, body: unknown): Promise<T> => {
  const reply = await api<T>('POST', path, body);
  if (reply.status !== 201) throw new Error(`POST ${path}: ${reply.status} ${reply.text.slice(0, 300)}`);
  return reply.json;
};

export const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Recomputes days and waits until it is done. */
export const rollUp = async (api: Call, from: string, to = from): Promise<void> => {
  const queued = await api<{ id: string }>('POST', '/v1/rollups', { from, to });
  if (queued.status !== 202) throw new Error(`roll-up refused: ${queued.status} ${queued.text}`);
  for (let waited = 0; waited < 30_000; waited += 50) {
    const { json } = await api<{ state: string }>('GET', `/v1/rollups/${queued.json.id}`);
    if (json.state === 'done') return;
    if (json.state === 'failed') throw new Error('the roll-up failed');
    await pause(50);
  }
  throw new Error('the roll-up never finished');
};

interface Figures {
  readonly clicks: number | null;
  readonly uniqueClicks: number | null;
  readonly excludedClicks: Readonly<Record<string, number>> | null;
  readonly orders: number;
  readonly codeOnlyOrders: number;
  readonly newCustomers: number;
  readonly grossRevenue: number;
  readonly discounts: number;
  readonly refunds: number;
  readonly netRevenue: number;
  readonly aov: number | null;
  readonly cvr: number | null;
  readonly revenuePerClick: number | null;
}

type Row = Figures & Readonly<Record<string, unknown>>;

export interface Performance {
  readonly data: readonly Row[];
  readonly totals: Figures;
  readonly missingDays: readonly string[];
  readonly staleDays: readonly string[];
  readonly reconciliation: Readonly<
    Record<'storeNetRevenue' | 'credited' | 'unattributed' | 'storeOrders' | 'conflicts' | 'fxMissingOrders', number>
  >;
}

/** The performance report of a range; `query` adds to it, as `&basis=settled`. */
export const performanceOf = async (
  api: Call,
  from: string,
  to: string,
  groupBy: string,
  query = '',
): Promise<Performance> => {
  const path = `/v1/reports/performance?from=${from}&to=${to}&groupBy=${groupBy}${query}`;
  const { status, text, json } = await api<Performance>('GET', path);
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
  return json;
};

/** Every page of a list. */
export const listed = async <T>(api: Call, path: string): Promise<T[]> => {
  const found: T[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Reply<{ data: T[]; nextCursor: string | null }> = await api(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    if (page.status !== 200) throw new Error(`GET ${path}: ${page.status} ${page.text}`);
    found.push(...page.json.data);
    cursor = page.json.nextCursor;
  }
  return found;
};

/** What the root key is for: a merchant and the first key to it. */
export const aMerchant = (server: Reachable, over: Record<string, unknown> = {}) =>
  made<{ id: string; apiKey: string }>(client(server.base, server.rootKey), '/v1/merchants', {
    name: 'Open Shop',
    currency: 'USD',
    timeZone: 'UTC',
    allowedHosts: ['shop.example.com'],
    ...over,
  });
