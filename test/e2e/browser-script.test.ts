// The browser script in a real Chromium: from a click on a short link, through a small shop, to an order that finds the click.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aBrowser, noBrowser } from '../support/browser.ts';
import { aSession, aStripeDelivery, aStripeEvent } from '../support/payloads/stripe.ts';
import { aMeta, aWooDelivery, aWooOrder } from '../support/payloads/woocommerce.ts';
import { aServer, type ServerUnderTest } from '../support/server.ts';
import { aCampaign, aStore, type Campaign } from './campaign.ts';
import { made, pause } from './client.ts';
import { deliver, shopifyDelivery, shopifyOrder, standardDelivery, standardOrder } from './shop.ts';
import { aSmallShop, type SmallShop } from './small-shop.ts';

if (noBrowser) console.warn(`Skipped: ${noBrowser} (Debian: apt-get install chromium).`);

const GO = 'https://go.example.com';
const SHOP = 'https://shop.example.com';
const CLICK = /^clk_[\w-]{54}$/;
/** What headless Chromium calls itself is a bot's name. */
const PERSON = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

let server: ServerUnderTest;
let campaign: Campaign;
let shop: SmallShop;
let browser: Browser;
let context: BrowserContext;
let errors: string[];

const newContext = async (): Promise<BrowserContext> => {
  const opened = await browser.newContext({ ignoreHTTPSErrors: true, userAgent: PERSON });
  opened.on('weberror', (error) => errors.push(error.error().message));
  opened.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  return opened;
};

const pageOf = (query: Record<string, string>, hash = '') => `${SHOP}/p/protein?${new URLSearchParams(query)}${hash}`;

/** A new short link to a page of the shop. */
const aLinkTo = (destinationUrl: string) =>
  made<{ id: string; slug: string }>(campaign.api, '/v1/links', { creatorId: campaign.sarah.id, destinationUrl });

/** Follows a new short link to a page; gives the page once the script has settled, and the link. */
const clickThrough = async (
  query: Record<string, string>,
  { page, hash = '' }: { page?: Page; hash?: string } = {},
) => {
  const link = await aLinkTo(pageOf(query, hash));
  const tab = page ?? (await context.newPage());
  await tab.goto(`${GO}/${link.slug}`);
  await untilLoaded(tab);
  // What the script leaves for after the page has loaded comes before this.
  await tab.evaluate('new Promise((done) => setTimeout(done, 1))');
  return { tab, link };
};

const clickOn = (page: Page) => page.evaluate('tributary.click()') as Promise<string>;
const siteCookie = async (name: string) => (await context.cookies([SHOP, GO])).find((cookie) => cookie.name === name);
const stored = (page: Page) => page.evaluate("localStorage.getItem('trb_click')") as Promise<string | null>;

/** The touches of the store's order of that name. */
const touchesOf = async (name: string) => {
  const { json } = await campaign.api<{ data: { id: string }[] }>('GET', `/v1/orders?name=${encodeURIComponent(name)}`);
  const path = `/v1/orders/${json.data[0]?.id}/attribution`;
  return (await campaign.api<{ touches: unknown[] }>('GET', path)).json.touches;
};

/** What became of a link's visits today. */
const visitsOf = async (linkId: string) => {
  const { json } = await campaign.api<{ data: { linkId: string }[] }>('GET', `/v1/visits?day=${campaign.today}`);
  return json.data.find((row) => row.linkId === linkId);
};

const eventually = async (check: () => Promise<void>): Promise<void> => {
  for (let left = 200; ; left--) {
    try {
      return await check();
    } catch (error) {
      if (left === 0) throw error;
      await pause(50);
    }
  }
};

/** Waits for something to hold on the page; Playwright's own way evaluates text there, which the shop's policy forbids. */
const until = (page: Page, expression: string) =>
  eventually(async () => expect([expression, await page.evaluate(`!!(${expression})`)]).toEqual([expression, true]));

/** Of a page that knows a cart: the script has told it of the click. */
const CART_TOLD = "/cart=/.test(sessionStorage.getItem('trb_cart'))";

/** What everything on the page that is handed a click holds. */
const held = (page: Page) =>
  page.evaluate(`[...document.querySelectorAll('a,input,stripe-buy-button,stripe-pricing-table')].map(
    (element) => element.href ?? element.value ?? element.getAttribute('client-reference-id'))`) as Promise<
    (string | null)[]
  >;

const nothingCarried = async (tab: Page) => {
  expect(await clickOn(tab)).toBe('');
  expect(await siteCookie('trb_click')).toBeUndefined();
  expect(await stored(tab)).toBeNull();
  expect(await tab.inputValue('[data-trb-click]')).toBe('');
};

const nothingKept = async (tab: Page) => {
  await nothingCarried(tab);
  expect(await tab.evaluate('sessionStorage.length')).toBe(0);
};

const untilLoaded = (page: Page) => until(page, 'window.tributary?.click');

/** What the script has sent so far, by type. */
/** What was sent, of one click or of any. */
const sentTypes = (ofClick?: string): string[] =>
  shop.events
    .map((body) => JSON.parse(body))
    .filter(({ click }) => ofClick === undefined || click === ofClick)
    .flatMap(({ events }) => events.map(({ type }: { type: string }) => type));

describe.skipIf(noBrowser)('the browser script', () => {
  beforeAll(async () => {
    server = await aServer();
    campaign = await aCampaign(server);
    shop = await aSmallShop(server, () => campaign.merchantId);
    browser = await aBrowser(shop.flags);
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.stop();
    await server?.stop();
  });
  beforeEach(async () => {
    errors = [];
    shop.orders.length = 0;
    shop.sold.length = 0;
    shop.events.length = 0;
    context = await newContext();
  });
  afterEach(async () => {
    // What its pages tell as they are left is not of the next test.
    for (const page of context.pages()) await page.goto('about:blank');
    await context.close();
    for (let known = -1; known < shop.events.length; await pause(250)) known = shop.events.length;
    expect(errors).toEqual([]);
  });

  describe('on the page that a click leads to', () => {
    it('keeps the click for the whole site, and clears the address of it alone', async () => {
      const { tab } = await clickThrough({ ref: 'x', with: 'history', q: 'a b+c' }, { hash: '#top' });
      const click = await clickOn(tab);
      expect(click).toMatch(CLICK);
      const address = new URL(tab.url());
      expect(address.hash).toBe('#top');
      expect(address.searchParams.has('trb_click')).toBe(false);
      expect(address.search).toContain('ref=x');
      expect(address.search).toContain('q=a+b%2Bc');
      expect(address.search).toContain('utm_source=');
      expect(await tab.evaluate('history.state')).toEqual({ own: 1 });
      expect(await tab.evaluate('window.readWhileLoading')).toContain(`trb_click=${click}`);
      const cookie = await siteCookie('trb_click');
      expect(cookie).toMatchObject({ value: click, domain: '.example.com', secure: true, sameSite: 'Lax', path: '/' });
      const days = ((cookie?.expires ?? 0) - Date.now() / 1000) / 86_400;
      expect(Math.round(days)).toBe(90);
      expect(await stored(tab)).toMatch(new RegExp(`^trb_click=${click} \\d+$`));
    });

    it('lets the newest click win, also after going back', async () => {
      const { tab } = await clickThrough({});
      const first = await clickOn(tab);
      await clickThrough({}, { page: tab });
      const second = await clickOn(tab);
      expect(second).not.toBe(first);
      await tab.goBack();
      await untilLoaded(tab);
      expect(await clickOn(tab)).toBe(second);
      expect(new URL(tab.url()).searchParams.has('trb_click')).toBe(false);
      await tab.goForward();
      expect(await clickOn(tab)).toBe(second);
      expect((await siteCookie('trb_click'))?.value).toBe(second);
    });

    it('works once, though its tag is there twice', async () => {
      const { tab } = await clickThrough({ times: '2', page: 'woo-checkout' });
      const click = await clickOn(tab);
      expect(await tab.locator('input[name=trb_click]').count()).toBe(1);
      await tab.goto(pageOf({ page: 'further', times: '2' }));
      await eventually(async () => expect(sentTypes(click).filter((type) => type === 'visit')).toEqual(['visit']));
      // Of the other page it may have told by then, once as well.
      expect(sentTypes(click).filter((type) => type === 'page').length).toBeLessThanOrEqual(1);
    });

    it('works as a module, which knows no tag of its own, and with all that tag managers leave of one', async () => {
      const { tab, link } = await clickThrough({ named: '1', tag: 'type=module' });
      expect(await clickOn(tab)).toMatch(CLICK);
      await tab.goto(pageOf({ page: 'further' }));
      await eventually(async () => expect(await visitsOf(link.id)).toMatchObject({ visits: 1 }));
    });

    it('carries the click though nothing can be stored', async () => {
      const link = await aLinkTo(pageOf({ sandbox: '1' }));
      const tab = await context.newPage();
      await tab.goto(`${GO}/${link.slug}`);
      await until(tab, "document.querySelector('[data-trb-click]')?.value");
      const click = await clickOn(tab);
      expect(click).toMatch(CLICK);
      expect(await tab.inputValue('[data-trb-click]')).toBe(click);
      expect(await tab.getAttribute('#elsewhere', 'href')).toContain(`trb_click=${click}`);
      expect(await tab.evaluate('(() => { try { return document.cookie } catch { return "blocked" } })()')).toBe(
        'blocked',
      );
    });

    it('over one that the shop’s server set for this host alone, which goes when consent does', async () => {
      const { tab: before } = await clickThrough({});
      const value = await clickOn(before);
      await context.clearCookies();
      await context.addCookies([{ name: 'trb_click', value, url: SHOP, secure: true }]);
      const { tab } = await clickThrough({});
      expect(await clickOn(tab)).toMatch(CLICK);
      expect(await clickOn(tab)).not.toBe(value);
      expect(await tab.evaluate('document.cookie')).toBe(`trb_click=${await clickOn(tab)}`);
      await tab.evaluate('tributary.consent(false)');
      expect(await tab.evaluate('document.cookie')).toBe('');
    });

    it('as the shop’s server keeps it, where it has by then', async () => {
      const { tab: before } = await clickThrough({});
      const value = await clickOn(before);
      const expires = Math.floor(Date.now() / 1000) + 300 * 86_400;
      await context.addCookies([
        { name: 'trb_click', value, domain: '.example.com', path: '/', secure: true, expires },
      ]);
      const tab = await context.newPage();
      await tab.goto(pageOf({ trb_click: value }));
      await until(tab, "window.tributary?.click && !location.search.includes('trb_click')");
      expect((await siteCookie('trb_click'))?.expires).toBe(expires);
    });
  });

  describe('carries the click into an order', () => {
    it('of a Shopify cart, in a session of another day', async () => {
      const { id: storeId } = await aStore(campaign.api, 'shopify');
      const { tab, link } = await clickThrough({ with: 'shopify', defer: 'allowed' });
      await until(tab, 'tributary.click()');
      const click = await clickOn(tab);
      await tab.close();
      const later = await context.newPage();
      await later.goto(`${SHOP}/shopify/?page=theme&with=shopify,add&defer=allowed`);
      await later.click('#add');
      await until(later, CART_TOLD);
      await later.goto(`${SHOP}/shopify/checkout?page=checkout&with=shopify&defer=allowed`);
      await later.click('#buy');
      await eventually(async () => expect(shop.orders).toEqual([{ trb_click: click }]));
      const note_attributes = Object.entries(shop.orders[0] ?? {}).map(([name, value]) => ({ name, value }));
      const order = shopifyOrder({ id: 7001, at: Date.now() }, { note_attributes });
      expect((await deliver(server.base, storeId, shopifyDelivery('orders/paid', order))).json.state).toBe('applied');
      expect(await touchesOf('#7001')).toMatchObject([
        { type: 'click', clickId: click, linkId: link.id, creatorId: campaign.sarah.id, accepted: true },
      ]);
    });

    it('of a Shopify cart once, and of the next cart again', async () => {
      const { tab } = await clickThrough({ page: 'theme', with: 'shopify,add', defer: 'allowed' });
      await tab.click('#add');
      await until(tab, CART_TOLD);
      let updates = 0;
      tab.on('request', (request) => {
        if (request.url().includes('/cart/update.js')) updates += 1;
      });
      await tab.goto(`${SHOP}/shopify/checkout?page=checkout&with=shopify&defer=allowed`);
      await until(tab, 'tributary.click()');
      // It looks after the cart once a second.
      await pause(1_500);
      expect(updates).toBe(0);
      await tab.click('#buy');
      await tab.goto(`${SHOP}/shopify/?page=theme&with=shopify,add&defer=allowed`);
      await tab.click('#add');
      await until(tab, '/cart=/.test(document.cookie)');
      const cart = '/cart=[^;]*/.exec(document.cookie)[0]';
      await until(tab, `sessionStorage.getItem('trb_cart').endsWith(${cart}) && document.readyState === 'complete'`);
      expect(updates).toBe(1);
    });

    it.each([
      ['before the script is there', 'add-at-once'],
      ['once it has settled', 'add'],
    ])('of a Shopify cart, and loses nothing that the shopper puts into a first one %s', async (_, add) => {
      const { tab } = await clickThrough({ page: 'theme', with: `shopify,${add}`, defer: 'allowed' });
      if (add === 'add') await tab.click('#add');
      await until(tab, 'added');
      await until(tab, CART_TOLD);
      const click = await clickOn(tab);
      await tab.goto(`${SHOP}/shopify/checkout?page=checkout&with=shopify&defer=allowed`);
      await tab.click('#buy');
      await eventually(async () => expect(shop.sold).toEqual([['protein']]));
      expect(shop.orders).toEqual([{ trb_click: click }]);
    });

    it('of no Shopify cart where a shop is headless, and keeps out of its way until the consent API is there', async () => {
      const { tab } = await clickThrough({ with: 'headless' });
      const carts: string[] = [];
      tab.on('request', (request) => request.url().includes('/cart') && carts.push(request.url()));
      expect(await tab.evaluate("[tributary.click(), tributary.consent(), tributary.signup(), 'went on']")).toEqual([
        '',
        undefined,
        undefined,
        'went on',
      ]);
      await nothingKept(tab);
      await tab.evaluate("(document.cookie = 'cart=c1; Path=/', Shopify.customerPrivacy = privacyApi, 0)");
      await until(tab, "localStorage.getItem('trb_click')");
      expect(await clickOn(tab)).toMatch(CLICK);
      await pause(1_200);
      expect(carts).toEqual([]);
    });

    it('of WooCommerce’s checkout, in a field of ours and in its landing page', async () => {
      const { id: storeId } = await aStore(campaign.api, 'woocommerce');
      const { tab, link } = await clickThrough({});
      const click = await clickOn(tab);
      await tab.goto(pageOf({ page: 'woo-checkout' }));
      await untilLoaded(tab);
      await tab.click('#buy');
      await eventually(async () => expect(shop.orders).toHaveLength(1));
      const { trb_click, wc_order_attribution_session_entry: entry = '' } = shop.orders[0] ?? {};
      expect([trb_click, entry]).toEqual([click, `${SHOP}/?utm_source=x&trb_click=${click}`]);
      const metas = {
        '#7101': aMeta('_trb_click', trb_click),
        '#7102': aMeta('_wc_order_attribution_session_entry', entry),
      };
      for (const [number, meta] of Object.entries(metas)) {
        const at = new Date().toISOString().slice(0, 19);
        const times = { date_created_gmt: at, date_paid_gmt: at, date_modified_gmt: at };
        const order = aWooOrder({ id: Number(number.slice(1)), number: number.slice(1), ...times, meta_data: [meta] });
        const { json } = await deliver(server.base, storeId, aWooDelivery('order.updated', order));
        expect(json.state).toBe('applied');
        expect(await touchesOf(number.slice(1))).toMatchObject([{ clickId: click, linkId: link.id, accepted: true }]);
      }
    });

    it('of any shop, by hooks in its pages', async () => {
      const { tab, link } = await clickThrough({});
      const click = await clickOn(tab);
      expect(await tab.getAttribute('#elsewhere', 'href')).toBe(
        `https://pay.example.com/checkout?a=1&trb_click=${click}`,
      );
      expect(await tab.getAttribute('#reference', 'href')).toBe(`https://pay.example.com/?ref=${click}`);
      await tab.click('#buy');
      await eventually(async () => expect(shop.orders).toEqual([{ click }]));
      const order = standardOrder({ id: 7201, at: Date.now(), clickId: shop.orders[0]?.click ?? null });
      await deliver(server.base, campaign.storeId, standardDelivery('order.paid', order));
      expect(await touchesOf('#7201')).toMatchObject([{ clickId: click, linkId: link.id, accepted: true }]);
    });

    it('of Stripe’s payment links and buttons, but for those with a reference of their own', async () => {
      const { id: storeId } = await aStore(campaign.api, 'stripe');
      const { tab, link } = await clickThrough({});
      const click = await clickOn(tab);
      const address = new URL((await tab.getAttribute('#stripe', 'href')) ?? '');
      expect(Object.fromEntries(address.searchParams)).toEqual({
        prefilled_promo_code: 'X',
        client_reference_id: click,
      });
      expect(await tab.getAttribute('#own-reference', 'href')).toContain('client_reference_id=mine');
      expect(await tab.getAttribute('stripe-buy-button', 'client-reference-id')).toBe(click);
      const now = Math.floor(Date.now() / 1000);
      const session = aSession({
        id: 'cs_live_7301',
        created: now,
        client_reference_id: click,
        payment_intent: 'pi_7301',
      });
      const event = aStripeEvent('checkout.session.completed', session, { created: now });
      const { json } = await deliver(server.base, storeId, aStripeDelivery(event, { seconds: now }));
      expect(json.state).toBe('applied');
      const { data } = (await campaign.api<{ data: { id: string }[] }>('GET', `/v1/orders?storeId=${storeId}`)).json;
      const found = await campaign.api<{ touches: unknown[] }>('GET', `/v1/orders/${data[0]?.id}/attribution`);
      expect(found.json.touches).toMatchObject([{ clickId: click, linkId: link.id, accepted: true }]);
    });
  });

  describe('asks before it keeps anything', () => {
    it.each(['globalPrivacyControl', 'doNotTrack'])('and with %s keeps and sends nothing', async (name) => {
      const shared = await clickThrough({});
      const clickId = await clickOn(shared.tab);
      await shared.tab.goto('about:blank');
      await eventually(async () => expect(sentTypes()).toEqual(['visit']));
      await context.close();
      shop.events.length = 0;
      context = await newContext();
      const value = name === 'doNotTrack' ? "'1'" : 'true';
      await context.addInitScript(`Object.defineProperty(navigator, '${name}', { value: ${value} })`);
      const tab = await context.newPage();
      await tab.goto(pageOf({ trb_click: clickId, with: 'early' }));
      await until(tab, "window.tributary?.click && !location.search.includes('trb_click')");
      await nothingKept(tab);
      await tab.goto(pageOf({ page: 'further' }));
      await pause(100);
      expect(sentTypes()).toEqual([]);
    });

    it('of a banner, where the tag says so; what came with the address waits there', async () => {
      const { tab } = await clickThrough({ tag: 'data-consent=required' });
      await nothingKept(tab);
      expect(tab.url()).toContain('trb_click=clk_');
      expect(sentTypes()).toEqual([]);
      await tab.evaluate('tributary.consent(true)');
      const click = await clickOn(tab);
      expect(click).toMatch(CLICK);
      expect(tab.url()).not.toContain('trb_click');
      expect(await stored(tab)).toContain(click);
      expect(await tab.inputValue('[data-trb-click]')).toBe(click);
      await eventually(async () => expect((await siteCookie('trb_consent'))?.domain).toBe('go.example.com'));
      expect(await siteCookie('trb_v')).toMatchObject({ domain: 'go.example.com', httpOnly: true });
    });

    it('and agrees again after a refusal, as if it had not been', async () => {
      const { tab } = await clickThrough({ tag: 'data-consent=required' });
      await tab.evaluate('tributary.consent(true)');
      const click = await clickOn(tab);
      await eventually(async () => expect(await siteCookie('trb_consent')).toBeDefined());
      await tab.evaluate('tributary.consent(false)');
      await nothingCarried(tab);
      await eventually(async () => expect(await siteCookie('trb_consent')).toBeUndefined());
      await tab.evaluate('tributary.consent(true)');
      expect(await clickOn(tab)).toBe(click);
      expect(await stored(tab)).toContain(click);
      expect((await siteCookie('trb_click'))?.value).toBe(click);
      await eventually(async () => expect(await siteCookie('trb_consent')).toBeDefined());
    });

    it('and takes a click back out of all that was handed it once that is refused, and leaves what is the shop’s own', async () => {
      const { tab } = await clickThrough({ page: 'handed', tag: 'data-consent=required' });
      const before = await held(tab);
      await tab.evaluate('tributary.consent(true)');
      const click = await clickOn(tab);
      const handed = await held(tab);
      expect(handed).toEqual([
        `https://pay.example.com/checkout?a=1&b=2&trb_click=${click}#now`,
        `https://pay.example.com/?ref=${click}`,
        `${SHOP}/pay?a=1&metadata%5Bclick%5D=${click}`,
        'https://pay.example.com/?ref=own',
        `https://buy.stripe.com/test_1?prefilled_promo_code=X&client_reference_id=${click}`,
        'https://buy.stripe.com/test_1?client_reference_id=own',
        `${SHOP}/?page=further&ref=clk_of-somebody-else`,
        click,
        'own',
        click,
        `${SHOP}/?utm_source=x&trb_click=${click}`,
      ]);
      await tab.evaluate('tributary.consent(false)');
      expect(await held(tab)).toEqual(before);
      await tab.evaluate('tributary.consent(true)');
      expect(await held(tab)).toEqual(handed);
    });

    it('and takes out what comes back after a refusal as soon as it would be used, but nothing while nobody has decided', async () => {
      const { tab } = await clickThrough({ page: 'handed', tag: 'data-consent=required' });
      const before = await held(tab);
      // As WooCommerce's order attribution does, which read the address while the page was loading.
      const field = "document.querySelector('[name$=session_entry]').value";
      const landing = `${SHOP}/?trb_click=clk_from-the-address&utm_source=x`;
      await tab.evaluate(`${field} = '${landing}'`);
      await tab.click('h1');
      expect(await tab.evaluate(field)).toBe(landing);
      await tab.evaluate('tributary.consent(false)');
      expect(await held(tab)).toEqual(before);
      await tab.evaluate(`${field} = '${landing}'`);
      await tab.click('h1');
      expect(await held(tab)).toEqual(before);
    });

    it('and passes a refusal on once a tab', async () => {
      const { tab } = await clickThrough({ with: 'early', tag: 'data-consent=required' });
      for (const page of ['product', 'further', 'product']) {
        await tab.goto(pageOf({ page }));
        await untilLoaded(tab);
        await tab.evaluate('tributary.consent(false)');
      }
      await tab.goto(pageOf({ page: 'further' }));
      await pause(100);
      const words = shop.events.flatMap((body) => JSON.parse(body).events).filter(({ type }) => type === 'consent');
      expect(words.map(({ given }) => given)).toEqual([true, false]);
    });

    it('unless the tag says that nobody has to be asked; a refusal is one all the same', async () => {
      const { tab } = await clickThrough({ with: 'shopify', defer: 'banner', tag: 'data-consent=off' });
      await until(tab, 'window.Shopify.customerPrivacy');
      const click = await clickOn(tab);
      expect(click).toMatch(CLICK);
      expect(await stored(tab)).toContain(click);
      await tab.evaluate('tributary.consent(false)');
      await nothingCarried(tab);
    });

    it('and takes nothing out of fields that the shop’s server filled, nor makes links of what is none', async () => {
      const waiting = await context.newPage();
      await waiting.goto(pageOf({ page: 'filled', tag: 'data-consent=required' }));
      await untilLoaded(waiting);
      await waiting.click('[data-trb-carry]');
      expect(await waiting.inputValue('[name=trb_click]')).toBe('from the server');
      await waiting.evaluate('tributary.consent(false)');
      expect(await waiting.inputValue('[name=trb_click]')).toBe('');
      const { tab } = await clickThrough({ page: 'filled' });
      expect(await tab.inputValue('[name=trb_click]')).toBe(await clickOn(tab));
      expect(await tab.getAttribute('#bare', 'href')).toBeNull();
    });

    it('and goes on after an early call that it does not know', async () => {
      const { tab } = await clickThrough({ with: 'unknown', tag: 'data-consent=required' });
      expect(await stored(tab)).toContain(await clickOn(tab));
      const { tab: second } = await clickThrough({ page: 'further', with: 'unknown' });
      await second.evaluate(
        "document.body.append(Object.assign(document.createElement('input'), { name: 'trb_click' }))",
      );
      await second.click('h1');
      expect(await second.inputValue('[name=trb_click]')).toMatch(CLICK);
    });

    it('and forgets all of it when consent is taken back', async () => {
      const { tab } = await clickThrough({ tag: 'data-consent=required', with: 'early' });
      expect(await clickOn(tab)).toMatch(CLICK);
      await eventually(async () => expect(await siteCookie('trb_consent')).toBeDefined());
      await tab.evaluate('tributary.consent(false)');
      expect(await clickOn(tab)).toBe('');
      expect(await siteCookie('trb_click')).toBeUndefined();
      expect(await stored(tab)).toBeNull();
      expect(await tab.inputValue('[data-trb-click]')).toBe('');
      await eventually(async () => {
        expect(await siteCookie('trb_consent')).toBeUndefined();
        expect(await siteCookie('trb_v')).toBeUndefined();
      });
    });

    it('of Shopify, and nobody while the page is loading: who is to be asked may not be known yet', async () => {
      await context.addInitScript(
        'window.everStored = []; Storage.prototype.setItem = (name) => window.everStored.push(name);',
      );
      const { tab } = await clickThrough({ after: 'shopify', defer: 'banner' });
      await until(tab, 'window.Shopify.customerPrivacy');
      await nothingKept(tab);
      expect(await tab.evaluate('everStored')).toEqual([]);
    });

    it('of Shopify, and keeps nothing on a page of its that has no consent API', async () => {
      const { tab } = await clickThrough({ with: 'shopify' });
      await pause(1_200);
      await nothingKept(tab);
      expect(tab.url()).toContain('trb_click=clk_');
    });

    it.each([
      ['which comes last', { with: 'shopify', defer: 'banner' }],
      ['which is there first', { with: 'shopify,banner' }],
    ])('of Shopify, %s, and does as its banner is answered', async (_, files) => {
      const { tab } = await clickThrough(files);
      await until(tab, 'window.Shopify.customerPrivacy');
      await nothingKept(tab);
      expect(tab.url()).toContain('trb_click=clk_');
      await tab.evaluate("answerBanner('yes')");
      const click = await clickOn(tab);
      expect(click).toMatch(CLICK);
      expect(await stored(tab)).toContain(click);
      await eventually(async () => expect(sentTypes()).toEqual(['visit', 'consent']));
      await tab.evaluate("answerBanner('no')");
      expect(await clickOn(tab)).toBe('');
      expect(await siteCookie('trb_click')).toBeUndefined();
    });
  });

  describe('tells what became of the visit', () => {
    it('when the page is left: that it landed, and for how long it was attended to', async () => {
      const { tab, link } = await clickThrough({});
      const landedAt = Date.now();
      await tab.mouse.move(10, 10);
      await pause(2_200);
      expect(shop.events).toEqual([]);
      await tab.goto(pageOf({ page: 'further' }));
      await eventually(async () => expect(await visitsOf(link.id)).toMatchObject({ visits: 1, bounces: 1 }));
      const { engagedSeconds } = (await visitsOf(link.id)) as unknown as { engagedSeconds: number };
      expect(engagedSeconds).toBeGreaterThanOrEqual(1);
      expect(engagedSeconds).toBeLessThanOrEqual((Date.now() - landedAt) / 1000 + 2);
      await tab.close({ runBeforeUnload: true });
      await eventually(async () =>
        expect(await visitsOf(link.id)).toMatchObject({ visits: 1, engagedVisits: 1, bounces: 0 }),
      );
    });

    it('of each click that its tab was led by, and no further page of the one before', async () => {
      const { tab } = await clickThrough({ after: 'history' });
      await clickThrough({ after: 'history' }, { page: tab });
      await tab.goto('about:blank');
      await eventually(async () =>
        expect(sentTypes().filter((type) => type !== 'engaged')).toEqual(['visit', 'visit']),
      );
    });

    it('and that somebody signed up', async () => {
      const { tab, link } = await clickThrough({});
      await tab.click('#join');
      await eventually(async () => expect(await visitsOf(link.id)).toMatchObject({ engagedVisits: 1, signups: 1 }));
    });

    it('but not of a visit that no click led to', async () => {
      const tab = await context.newPage();
      await tab.goto(pageOf({}));
      await untilLoaded(tab);
      await tab.goto(pageOf({ page: 'further' }));
      await pause(100);
      expect(shop.events).toEqual([]);
    });
  });
});
