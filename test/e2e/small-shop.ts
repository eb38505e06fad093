// A small shop at https://shop.example.com, under a strict policy, with the short links' domain beside it: as a browser sees both.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { aSelfSigned } from '../support/self-signed.ts';
import type { Reachable } from '../support/server.ts';

type Fields = Readonly<Record<string, string>>;

export interface SmallShop {
  /** What Chromium has to be told, to find these hosts here. */
  readonly flags: readonly string[];
  /** What each order that was placed carried, oldest first. */
  readonly orders: Fields[];
  /** Bodies that reached /e. */
  readonly events: string[];
  readonly stop: () => Promise<void>;
}

const GO = 'https://go.example.com';

/** Nothing inline, nothing evaluated, text never taken for a script. */
const POLICY = [
  "default-src 'none'",
  `script-src 'self' ${GO}`,
  `connect-src 'self' ${GO}`,
  'img-src data:',
  "form-action 'self'",
  "require-trusted-types-for 'script'",
].join('; ');

const SHOPIFY = "window.Shopify = { routes: { root: '/shopify/' } };";

/** A theme that loads Shopify's consent API when asked to, and a banner that nobody has answered yet. */
const SHOPIFY_WITH_PRIVACY = `
  let answered = '';
  window.Shopify = {
    routes: { root: '/shopify/' },
    loadFeatures: (features, done) => setTimeout(() => {
      window.Shopify.customerPrivacy = {
        analyticsProcessingAllowed: () => answered === 'yes',
        currentVisitorConsent: () => ({ analytics: answered }),
      };
      done();
    }, 50),
  };
  window.answerBanner = (answer) => {
    answered = answer;
    document.dispatchEvent(new CustomEvent('visitorConsentCollected', { detail: {} }));
  };`;

/** Files of the shop's own that pages load ahead of the script. */
const FILES: Fields = {
  '/shopify.js': SHOPIFY,
  '/shopify-privacy.js': SHOPIFY_WITH_PRIVACY,
  '/early.js': "window.tributary = window.tributary || []; window.tributary.push(['consent', true]);",
  // What a shop's own script keeps in the history, and what analytics read while the page loads.
  '/history.js': "history.replaceState({ own: 1 }, ''); window.readWhileLoading = location.search;",
};

const PRODUCT = `
  <h1>Protein</h1>
  <a id="further" href="/?page=further">More</a>
  <a id="elsewhere" data-trb-carry href="https://pay.example.com/checkout?a=1">Pay elsewhere</a>
  <a id="reference" data-trb-carry="ref" href="https://pay.example.com/">Pay elsewhere</a>
  <a id="stripe" href="https://buy.stripe.com/test_1?prefilled_promo_code=X">Buy</a>
  <a id="own-reference" href="https://buy.stripe.com/test_1?client_reference_id=mine">Buy</a>
  <stripe-buy-button buy-button-id="b1"></stripe-buy-button>
  <form method="post" action="/plain/checkout"><input type="hidden" name="click" data-trb-click><button id="buy">Buy</button></form>
  <form method="post" action="/plain/signup" data-trb-signup><button id="join">Join</button></form>`;

const BODIES: Fields = {
  product: PRODUCT,
  further: '<h1>More protein</h1>',
  checkout: '<form method="post"><button id="buy">Buy</button></form>',
  'woo-checkout': `<form class="checkout woocommerce-checkout" method="post" action="/woo/checkout">
    <wc-order-attribution-inputs><input type="hidden" name="wc_order_attribution_session_entry"
      value="https://shop.example.com/?utm_source=x"></wc-order-attribution-inputs>
    <button id="buy">Place order</button></form>`,
};

/**
 * `?page=` names what is in it, `?with=` the files it loads first, `?tag=` attributes of the script's tag, `?times=` how often, and
 * `?named=` that its address and not its tag says whose shop it is. */
const pageOf = (merchant: string, query: URLSearchParams): string => {
  const files = (query.get('with') ?? '').split(',').filter(Boolean);
  const source = query.has('named')
    ? `src="${GO}/t.js?merchant=${merchant}"`
    : `src="${GO}/t.js" data-merchant="${merchant}"`;
  const tag = `<script async ${source} ${query.get('tag') ?? ''}></script>`;
  const tags = tag.repeat(Number(query.get('times') ?? 1));
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
    <link rel="icon" href="data:,">${files.map((file) => `<script src="/${file}.js"></script>`).join('')}${tags}
    ${BODIES[query.get('page') ?? 'product']}</html>`;
};

const bodyOf = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** Hands a request for the short links' domain to the service, as a gateway before it would. */
const passOn = async (message: IncomingMessage, response: ServerResponse, base: string, body: string) => {
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = message.headers;
  const answer = await fetch(base + message.url, {
    method: message.method ?? 'GET',
    redirect: 'manual',
    headers: { ...(headers as Record<string, string>), 'accept-encoding': 'identity' },
    ...(body && { body }),
  });
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.end(Buffer.from(await answer.arrayBuffer()));
};

const cartOf = ({ headers }: IncomingMessage): string | undefined => /\bcart=(\w+)/.exec(headers.cookie ?? '')?.[1];

const createShop = (merchant: () => string, orders: Fields[]) => {
  const carts = new Map<string, Fields>();
  const place = (path: string, message: IncomingMessage, body: string): void => {
    const cart = carts.get(cartOf(message) ?? '') ?? {};
    orders.push(path.startsWith('/shopify') ? cart : Object.fromEntries(new URLSearchParams(body)));
  };
  return (message: IncomingMessage, response: ServerResponse, url: URL, body: string): void => {
    const file = FILES[url.pathname];
    if (file) return void response.setHeader('content-type', 'text/javascript').end(file);
    if (url.pathname === '/shopify/cart/update.js') {
      const token = cartOf(message) ?? `c${carts.size + 1}`;
      carts.set(token, { ...carts.get(token), ...JSON.parse(body).attributes });
      response.setHeader('set-cookie', `cart=${token}; Path=/; Secure; SameSite=Lax`);
      return void response.setHeader('content-type', 'application/json').end('{}');
    }
    if (message.method === 'POST') {
      if (url.pathname.endsWith('/checkout')) place(url.pathname, message, body);
      // A sold cart is gone.
      response.setHeader('set-cookie', 'cart=; Path=/; Max-Age=0');
      return void response.setHeader('content-type', 'text/html').end('<h1>Thanks</h1>');
    }
    const sandbox = url.searchParams.has('sandbox') ? '; sandbox allow-scripts' : '';
    response.setHeader('content-security-policy', POLICY + sandbox);
    response.setHeader('content-type', 'text/html; charset=utf-8').end(pageOf(merchant(), url.searchParams));
  };
};

/** Opens the shop of a merchant, whose id may follow once it is made. */
export const aSmallShop = async ({ base }: Reachable, merchant: () => string): Promise<SmallShop> => {
  const orders: Fields[] = [];
  const events: string[] = [];
  const serveShop = createShop(merchant, orders);
  const server = createServer(aSelfSigned(), async (message, response) => {
    const body = await bodyOf(message);
    const url = new URL(message.url ?? '/', 'https://shop.example.com');
    if (!message.headers.host?.startsWith('go.')) return serveShop(message, response, url, body);
    if (url.pathname === '/e') events.push(body);
    await passOn(message, response, base, body).catch(() => response.writeHead(502).end());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    flags: [`--host-resolver-rules=MAP *.example.com 127.0.0.1:${port}`, '--ignore-certificate-errors'],
    orders,
    events,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
};
