// A small shop at https://shop.example.com, under a strict policy, with the short links' domain beside it: as a browser sees both.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { aSelfSigned } from '../support/self-signed.ts';
import type { Reachable } from '../support/server.ts';
import { pause } from './client.ts';

type Fields = Readonly<Record<string, string>>;

export interface SmallShop {
  /** What Chromium has to be told, to find these hosts here. */
  readonly flags: readonly string[];
  /** What each order that was placed carried, oldest first. */
  readonly orders: Fields[];
  /** What was in the cart of each order that Shopify's checkout placed. */
  readonly sold: (readonly string[])[];
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

/** The consent API, once a page has it, and a banner. */
const privacyApi = (answered: '' | 'yes') => `
  window.answered = '${answered}';
  window.privacyApi = {
    analyticsProcessingAllowed: () => answered === 'yes',
    currentVisitorConsent: () => ({ analytics: answered }),
  };
  window.answerBanner = (answer) => {
    answered = answer;
    document.dispatchEvent(new CustomEvent('visitorConsentCollected', { detail: {} }));
  };`;

/** Loads the API when asked to, as Shopify's `load_feature-*.js` does, which its pages defer. */
const FEATURES = `
  window.Shopify.loadFeatures = (features, done) => setTimeout(() => {
    window.Shopify.customerPrivacy = privacyApi;
    done();
  }, 50);`;

const ADD = `
  window.added = 0;
  window.addToCart = () => fetch('/shopify/cart/add.js', { method: 'POST' }).then(() => { added += 1; });`;

/** Files of the shop's own that pages load. */
const FILES: Fields = {
  // What a theme's page says of itself at once.
  '/shopify.js': "window.Shopify = { routes: { root: '/shopify/' } };",
  // Nobody has to be asked.
  '/allowed.js': privacyApi('yes') + FEATURES,
  // Nobody has answered yet.
  '/banner.js': privacyApi('') + FEATURES,
  // A headless shop's page, which says a part before the API comes.
  '/headless.js': `${privacyApi('yes')} window.Shopify = { customerPrivacy: { backendConsentEnabled: true } };`,
  '/add.js': `${ADD} addEventListener('click', ({ target }) => target.id === 'add' && addToCart());`,
  '/add-at-once.js': `${ADD} addToCart();`,
  '/unknown.js': "window.tributary = [['unknown'], null, ['consent', true]];",
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
  theme: '<h1>Protein</h1><button id="add">Add to cart</button>',
  filled: '<input type="hidden" name="trb_click" value="from the server"><a id="bare" data-trb-carry>Menu</a>',
  further: '<h1>More protein</h1>',
  // Whatever is handed a click, and beside it what the shop wrote there itself.
  handed: `<h1>Protein</h1>
    <a data-trb-carry href="https://pay.example.com/checkout?a=1&b=2#now">Pay elsewhere</a>
    <a data-trb-carry="ref" href="https://pay.example.com/">Pay elsewhere</a>
    <a data-trb-carry="metadata[click]" href="/pay?a=1">Pay here</a>
    <a data-trb-carry="ref" href="https://pay.example.com/?ref=own">Pay elsewhere</a>
    <a href="https://buy.stripe.com/test_1?prefilled_promo_code=X">Buy</a>
    <a href="https://buy.stripe.com/test_1?client_reference_id=own">Buy</a>
    <a href="/?page=further&ref=clk_of-somebody-else">More</a>
    <stripe-buy-button></stripe-buy-button>
    <stripe-buy-button client-reference-id="own"></stripe-buy-button>
    <stripe-pricing-table></stripe-pricing-table>
    <input type="hidden" name="wc_order_attribution_session_entry" value="https://shop.example.com/?utm_source=x">`,
  checkout: '<form method="post"><button id="buy">Buy</button></form>',
  'woo-checkout': `<form class="checkout woocommerce-checkout" method="post" action="/woo/checkout">
    <wc-order-attribution-inputs><input type="hidden" name="wc_order_attribution_session_entry"
      value="https://shop.example.com/?utm_source=x"></wc-order-attribution-inputs>
    <button id="buy">Place order</button></form>`,
};

/**
 * `?page=` names what is in it, `?with=` the files it loads first, `?after=` those after the script, `?defer=` those that run when
 * all of it is read, `?tag=` attributes of the script's tag, `?times=` how often, and `?named=` that its address and not its tag
 * says whose shop it is. */
const pageOf = (merchant: string, query: URLSearchParams): string => {
  const filesOf = (name: string, attribute = ''): string => {
    const files = (query.get(name) ?? '').split(',').filter(Boolean);
    return files.map((file) => `<script ${attribute} src="/${name}/${file}.js"></script>`).join('');
  };
  const source = query.has('named')
    ? `src="${GO}/t.js?merchant=${merchant}"`
    : `src="${GO}/t.js" data-merchant="${merchant}"`;
  const tag = `<script async ${source} ${query.get('tag') ?? ''}></script>`;
  const tags = tag.repeat(Number(query.get('times') ?? 1));
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
    <link rel="icon" href="data:,">${filesOf('with')}${tags}${filesOf('after')}${filesOf('defer', 'defer')}
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

interface Cart {
  readonly attributes: Record<string, string>;
  readonly items: string[];
}

const tokenOf = ({ headers }: IncomingMessage): string | undefined => /\bcart=(\w+)/.exec(headers.cookie ?? '')?.[1];

/** Shopify's carts: whoever comes without one gets a new one, and the answer that is there last says which stays. */
const createCarts = () => {
  const carts = new Map<string, Cart>();
  const cartOf = (message: IncomingMessage): Cart | undefined => carts.get(tokenOf(message) ?? '');
  const change = async (message: IncomingMessage, response: ServerResponse, path: string, body: string) => {
    const token = tokenOf(message) ?? `c${carts.size + 1}`;
    const cart = carts.get(token) ?? { attributes: {}, items: [] };
    carts.set(token, cart);
    if (path.endsWith('/add.js')) cart.items.push('protein');
    for (const [name, value] of new URLSearchParams(body)) {
      const attribute = /^attributes\[(.+)\]$/.exec(name)?.[1];
      if (attribute) cart.attributes[attribute] = value;
    }
    await pause(path.endsWith('/add.js') ? 300 : 700);
    response.setHeader('set-cookie', `cart=${token}; Path=/; Secure; SameSite=Lax`);
    response.setHeader('content-type', 'application/json').end('{}');
  };
  return { cartOf, change };
};

const createShop = (merchant: () => string, orders: Fields[], sold: (readonly string[])[]) => {
  const { cartOf, change } = createCarts();
  const place = (path: string, message: IncomingMessage, body: string): void => {
    if (!path.startsWith('/shopify')) return void orders.push(Object.fromEntries(new URLSearchParams(body)));
    orders.push(cartOf(message)?.attributes ?? {});
    sold.push(cartOf(message)?.items ?? []);
  };
  return async (message: IncomingMessage, response: ServerResponse, url: URL, body: string): Promise<void> => {
    const [, when = '', name = ''] = /^\/(with|after|defer)(\/.+)$/.exec(url.pathname) ?? [];
    if (when) {
      // The script is in the browser's cache, these files are not.
      if (when !== 'with') await pause(200);
      return void response.setHeader('content-type', 'text/javascript').end(FILES[name]);
    }
    if (url.pathname.startsWith('/shopify/cart/')) return change(message, response, url.pathname, body);
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
  const sold: (readonly string[])[] = [];
  const serveShop = createShop(merchant, orders, sold);
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
    sold,
    events,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
};
