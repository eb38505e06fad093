// What the shop's pages ask of the short links' domain: the script, and a place to send its events.
import { gzipSync } from 'node:zlib';
import type { Answer } from '../../lib/http/answer.ts';
import type { Request } from '../../lib/http/request.ts';
import { browserScript } from './browser-script.ts';
import type { Place } from './elsewhere.ts';
import { createEvents } from './events.ts';
import type { LinkCache } from './link-cache.ts';

const SCRIPT_HEADERS = {
  'content-type': 'text/javascript; charset=utf-8',
  // Once an hour, and never waited for within a day: what is served then is a version old.
  'cache-control': 'public, max-age=3600, stale-while-revalidate=86400',
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
  vary: 'accept-encoding',
};

let zipped: Uint8Array | undefined;

const script = ({ headers }: Request): Answer => {
  if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) {
    return { status: 200, headers: SCRIPT_HEADERS, body: browserScript };
  }
  zipped ??= gzipSync(browserScript, { level: 9 });
  return { status: 200, headers: { ...SCRIPT_HEADERS, 'content-encoding': 'gzip' }, body: zipped };
};

const events = new WeakMap<LinkCache, ReturnType<typeof createEvents>>();

/** The answer to a request for `/t.js` or `/e`; undefined for a method that neither takes. */
export const answerBrowser = async (place: Place, request: Request): Promise<Answer | undefined> => {
  if (request.path === '/t.js') return ['GET', 'HEAD'].includes(request.method) ? script(request) : undefined;
  if (request.method !== 'POST') return undefined;
  const take = events.get(place.records) ?? createEvents(place);
  events.set(place.records, take);
  return take(request);
};
