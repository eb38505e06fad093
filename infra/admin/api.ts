// The management API as its operator asks it: retried where that is safe, refusals told in full.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { Route } from '../../lib/contracts/route.ts';
import { sha256Hex } from '../../lib/platform/crypto.ts';
import { answerFault } from './answer-fault.ts';
import { fault, oneLine } from './fault.ts';

/** An answer's object, whose fields are the contract's; a newer deployment may have more of them. */
export type Row = Readonly<Record<string, unknown>>;

const Row = z.record(z.string(), z.unknown());
const Page = z.object({ data: z.array(Row), nextCursor: z.string().nullable() });

interface Ask {
  readonly id?: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface Answered {
  readonly row: Row;
  /** The body as it came. */
  readonly text: string;
}

export interface Api {
  /** Asks a route; throws a fault unless it answers 2xx. */
  readonly call: (route: Route, ask?: Ask) => Promise<Answered>;
  /** Everything on every page of a list. */
  readonly list: (route: Route, query?: Ask['query']) => Promise<readonly Row[]>;
}

export interface ApiOptions {
  readonly url: string;
  readonly key: { readonly text: string; readonly from: string };
  /** Names what this run does, for repeats of it: 1 to 200 plain characters; default: a name of its own. */
  readonly idempotencyKey: string | undefined;
  /** Told of every request, without its key and body. */
  readonly trace: (line: string) => void;
}

const LONGEST_ANSWER_MS = 35_000;
const RETRY_AFTER_MS = [500, 1_000, 2_000];
const LONGEST_WAIT_MS = 10_000;
/** Nobody did anything, or whoever did is going to answer the same again: the Idempotency-Key sees to it. */
const WORTH_A_RETRY = new Set([429, 502, 503, 504]);
/** What fails before anything is sent, and will fail again. */
const NEVER_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|CONNECT_TIMEOUT|UNABLE_TO_|CERT|SELF_SIGNED|ERR_TLS|bad port/;

/** What the network says is wrong: fetch hides it in the cause, of several addresses in the last of several causes. */
const reasonOf = (error: unknown): string => {
  const { cause, name, message } = error as Error & { cause?: Error & { code?: string } };
  if (name === 'TimeoutError') return `no answer within ${LONGEST_ANSWER_MS / 1000} s`;
  const reason = [cause?.message || message, cause?.code].filter(Boolean).join(' ');
  return cause?.code && cause.message.includes(cause.code) ? cause.message : reason;
};

const addressOf = (base: string, route: Route, { id, query = {} }: Ask): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const path = route.path.replace('{id}', encodeURIComponent(id ?? ''));
  return `${base}${path}${search.size > 0 ? `?${search}` : ''}`;
};

/** The name of one request of the run: an event's replay is another request than its neighbour's. */
const nameOf = (run: string, { id }: Ask): string =>
  // Hashed: ids of the merchant's own may be long, and in letters that no header takes.
  id === undefined ? run : `${run}.${sha256Hex(id).slice(0, 16)}`;

const requestOf = (options: ApiOptions, run: string, route: Route, ask: Ask): RequestInit => ({
  method: route.method,
  // Followed, a redirect would take the key along to wherever it points.
  redirect: 'manual',
  headers: {
    authorization: `Bearer ${options.key.text}`,
    accept: 'application/json',
    ...(ask.body && { 'content-type': 'application/json' }),
    ...(route.method === 'POST' && { 'idempotency-key': nameOf(run, ask) }),
  },
  ...(ask.body && { body: JSON.stringify(ask.body) }),
});

const waitOf = (response: Response | undefined, usual: number): number => {
  const asked = Number(response?.headers.get('retry-after') ?? Number.NaN) * 1_000;
  return Number.isFinite(asked) ? Math.min(Math.max(asked, usual), LONGEST_WAIT_MS) : usual;
};

interface Received {
  readonly response: Response;
  readonly text: string;
}

/** A try: an answer read to its end, or why there is none. */
const attempt = async (address: string, request: RequestInit): Promise<Received | { readonly reason: string }> => {
  try {
    const response = await fetch(address, { ...request, signal: AbortSignal.timeout(LONGEST_ANSWER_MS) });
    return { response, text: await response.text() };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
};

const isInProgress = ({ response, text }: Received): boolean =>
  response.status === 409 && text.includes('"idempotency_in_progress"');

const unreachable = (options: ApiOptions, route: Route, run: string, reason: string): Error => {
  const sent = !NEVER_SENT.test(reason);
  const start = /ECONNREFUSED/.test(reason) ? '; is the server running?' : '';
  const again =
    sent && route.method === 'POST'
      ? `; it may have been done: run it again with --idempotency-key ${run}, within a day, and it is not done twice`
      : '';
  return fault(`${options.url} can't be reached: ${oneLine(reason)}${start}${again}`);
};

/**
 * Sends until there is an answer worth having. A lost answer is asked for again: every POST carries an Idempotency-Key
 * that stays the same over its tries, so that the API answers what it did and does nothing twice.
 */
const send = async (options: ApiOptions, run: string, route: Route, ask: Ask): Promise<Received> => {
  const address = addressOf(options.url, route, ask);
  const request = requestOf(options, run, route, ask);
  for (let tries = 0; ; tries++) {
    const came = await attempt(address, request);
    const usual = RETRY_AFTER_MS[tries];
    options.trace(`${route.method} ${address}: ${'response' in came ? came.response.status : oneLine(came.reason)}`);
    if ('response' in came) {
      const again = WORTH_A_RETRY.has(came.response.status) || isInProgress(came);
      if (!again || usual === undefined) return came;
      await pause(waitOf(came.response, usual));
    } else {
      if (usual === undefined || NEVER_SENT.test(came.reason)) throw unreachable(options, route, run, came.reason);
      await pause(usual);
    }
  }
};

const parsed = <T>(schema: z.ZodType<T>, text: string): T | undefined => {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** An API at `url`, asked with `key`. */
export const createApi = (options: ApiOptions): Api => {
  const run = options.idempotencyKey ?? randomUUID();
  const ask = async <T>(route: Route, what: Ask, schema: z.ZodType<T>): Promise<{ value: T; text: string }> => {
    const { response, text } = await send(options, run, route, what);
    // 204: done, and nothing to say.
    const value = parsed(schema, response.status === 204 ? '{}' : text);
    if (response.ok && value !== undefined) return { value, text };
    throw answerFault(
      { status: response.status, text, type: response.headers.get('content-type') },
      {
        asked: `${route.method} ${options.url}${route.path}`,
        key: options.key.from,
        idempotencyKey: route.method === 'POST' ? run : undefined,
      },
    );
  };
  const list: Api['list'] = async (route, query = {}) => {
    const rows: Row[] = [];
    let cursor: string | undefined;
    do {
      const { value } = await ask(route, { query: { ...query, limit: 100, cursor } }, Page);
      rows.push(...value.data);
      cursor = value.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return rows;
  };
  return {
    call: async (route, what = {}) => {
      const { value, text } = await ask(route, what, Row);
      return { row: value, text };
    },
    list,
  };
};
