// The headers of the OpenAPI document: which answers carry which, and what a webhook's sender sends.
import type { Route } from '../contracts/route.ts';

type Json = Record<string, unknown>;

const text = { type: 'string' };

/** Response headers that many answers share, by name. */
export const sharedHeaders: Json = {
  'Idempotency-Replayed': {
    description: 'true on the first answer told again; absent otherwise',
    schema: { type: 'string', const: 'true' },
  },
  'Retry-After': { description: 'Seconds to wait before trying again', schema: { type: 'integer' } },
  'WWW-Authenticate': { description: 'Bearer', schema: text },
  'X-Next-Cursor': {
    description: 'In CSV, where nextCursor has no place: the same; absent on the last page',
    schema: text,
  },
};

/** What is answered before an Idempotency-Key is looked at, and so never replayed. */
const BEFORE_REPLAYS = new Set([401, 403, 413]);

const namesOf = (route: Route, status: number): string[] => {
  const managed = route.scope !== 'public';
  const isPost = managed && route.method === 'POST';
  const names: string[] = [];
  if (isPost && status < 500 && !BEFORE_REPLAYS.has(status)) names.push('Idempotency-Replayed');
  if (status === 503 || (isPost && status === 409)) names.push('Retry-After');
  if (status === 401) names.push('WWW-Authenticate');
  return names;
};

/** The headers of an answer of a route; `paged` when its CSV may have a next page. Nothing when it has none. */
export const headersOf = (route: Route, status: number, paged = false): { headers?: Json } => {
  const own = Object.entries(route.responses[status]?.headers ?? {}).map(([name, description]) => [
    name,
    { description, schema: text },
  ]);
  const names = [...namesOf(route, status), ...(paged ? ['X-Next-Cursor'] : [])];
  const shared = names.map((name) => [name, { $ref: `#/components/headers/${name}` }]);
  const headers = Object.fromEntries([...own, ...shared]);
  return Object.keys(headers).length > 0 ? { headers } : {};
};

const header = (name: string, description: string): Json => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: text,
});

export const IDEMPOTENCY_KEY: Json = {
  ...header('Idempotency-Key', 'The same key and body within 24 hours replays the first answer'),
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** What a shop signs with; which of them must be there depends on the store's platform. */
export const WEBHOOK_HEADERS: readonly Json[] = [
  header('webhook-id', '`standard`, required: the event’s id, the same over repeats'),
  header('webhook-timestamp', '`standard`, required: seconds since the epoch, within 5 minutes of now'),
  header('webhook-signature', '`standard`, required: `v1,` and base64 of HMAC-SHA256 over id.timestamp.body'),
  header('X-Shopify-Hmac-Sha256', '`shopify`, required: base64 of HMAC-SHA256 over the body'),
  header('X-Shopify-Topic', '`shopify`, required: `orders/paid` and the like'),
  header('X-Shopify-Event-Id', '`shopify`: the event’s id, the same over repeats'),
  header('X-Shopify-Shop-Domain', '`shopify`: compared with a store’s `*.myshopify.com` domain'),
];
