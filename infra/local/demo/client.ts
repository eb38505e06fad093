// The demo's only way in: the service's own HTTP, as marketers, shoppers and shops use it.

interface Landing {
  readonly cookie: string | null;
  readonly location: string | null;
}

export interface DemoClient {
  /** Calls the management API; throws unless it answers 2xx. */
  readonly call: <T>(method: string, path: string, body?: unknown) => Promise<T>;
  /** The same under another key. */
  readonly as: (key: string) => DemoClient;
  /** Follows a short link as far as its redirect. */
  readonly follow: (path: string, headers: Record<string, string>, method?: 'GET' | 'HEAD') => Promise<Landing>;
  /** Posts a signed body to a webhook's address; throws unless it was applied. */
  readonly deliver: (path: string, headers: Record<string, string>, body: string) => Promise<void>;
}

const refuse = (what: string, status: number, text: string): never => {
  throw new Error(`The demo could not be filled in: ${what} answered ${status} ${text.slice(0, 500)}`);
};

const call = async (base: string, key: string, method: string, path: string, body: unknown) => {
  const response = await fetch(base + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return response.ok ? JSON.parse(text) : refuse(`${method} ${path}`, response.status, text);
};

const follow = async (base: string, path: string, headers: Record<string, string>, method = 'GET') => {
  const response = await fetch(base + path, { method, headers, redirect: 'manual' });
  const text = await response.text();
  if (response.status !== 302) refuse(`${method} ${path}`, response.status, text);
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? null;
  return { cookie, location: response.headers.get('location') };
};

const deliver = async (base: string, path: string, headers: Record<string, string>, body: string) => {
  const response = await fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  const state = response.ok ? (JSON.parse(text) as { state: string }).state : '';
  if (state !== 'applied') refuse(`POST ${path}`, response.status, text);
};

/** A client of the server at `base`, with a key for the management API. */
export const createClient = (base: string, key: string): DemoClient => ({
  call: (method, path, body) => call(base, key, method, path, body),
  as: (other) => createClient(base, other),
  follow: (path, headers, method) => follow(base, path, headers, method),
  deliver: (path, headers, body) => deliver(base, path, headers, body),
});
