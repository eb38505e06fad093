// The browser script's world: a server, a small shop and a real Chromium, and what tests ask of a page.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { aBrowser, noBrowser } from '../support/browser.ts';
import { aServer, type ServerUnderTest } from '../support/server.ts';
import { aCampaign, type Campaign } from './campaign.ts';
import { made, pause } from './client.ts';
import { aSmallShop, type SmallShop } from './small-shop.ts';

export const GO = 'https://go.example.com';
export const SHOP = 'https://shop.example.com';
export const CLICK = /^clk_[\w-]{54}$/;
/** What headless Chromium calls itself is a bot's name. */
const PERSON = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

export let server: ServerUnderTest;
export let campaign: Campaign;
export let shop: SmallShop;
let browser: Browser;
export let context: BrowserContext;
let errors: string[];

const newContext = async (): Promise<BrowserContext> => {
  const opened = await browser.newContext({ ignoreHTTPSErrors: true, userAgent: PERSON });
  opened.on('weberror', (error) => errors.push(error.error().message));
  opened.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  return opened;
};

export const pageOf = (query: Record<string, string>, hash = '') =>
  `${SHOP}/p/protein?${new URLSearchParams(query)}${hash}`;

/** A new short link to a page of the shop. */
export const aLinkTo = (destinationUrl: string) =>
  made<{ id: string; slug: string }>(campaign.api, '/v1/links', { creatorId: campaign.sarah.id, destinationUrl });

/** Follows a new short link to a page; gives the page once the script has settled, and the link. */
export const clickThrough = async (
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

export const clickOn = (page: Page) => page.evaluate('tributary.click()') as Promise<string>;
export const siteCookie = async (name: string) =>
  (await context.cookies([SHOP, GO])).find((cookie) => cookie.name === name);
export const stored = (page: Page) => page.evaluate("localStorage.getItem('trb_click')") as Promise<string | null>;

/** The touches of the store's order of that name. */
export const touchesOf = async (name: string) => {
  const { json } = await campaign.api<{ data: { id: string }[] }>('GET', `/v1/orders?name=${encodeURIComponent(name)}`);
  const path = `/v1/orders/${json.data[0]?.id}/attribution`;
  return (await campaign.api<{ touches: unknown[] }>('GET', path)).json.touches;
};

/** What became of a link's visits today. */
export const visitsOf = async (linkId: string) => {
  const { json } = await campaign.api<{ data: { linkId: string }[] }>('GET', `/v1/visits?day=${campaign.today}`);
  return json.data.find((row) => row.linkId === linkId);
};

export const eventually = async (check: () => Promise<void>): Promise<void> => {
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
export const until = (page: Page, expression: string) =>
  eventually(async () => expect([expression, await page.evaluate(`!!(${expression})`)]).toEqual([expression, true]));

/** Of a page that knows a cart: the script has told it of the click. */
export const CART_TOLD = "/cart=/.test(sessionStorage.getItem('trb_cart'))";

/** What everything on the page that is handed a click holds. */
export const held = (page: Page) =>
  page.evaluate(`[...document.querySelectorAll('a,input,stripe-buy-button,stripe-pricing-table')].map(
    (element) => element.href ?? element.value ?? element.getAttribute('client-reference-id'))`) as Promise<
    (string | null)[]
  >;

export const nothingCarried = async (tab: Page) => {
  expect(await clickOn(tab)).toBe('');
  expect(await siteCookie('trb_click')).toBeUndefined();
  expect(await stored(tab)).toBeNull();
  expect(await tab.inputValue('[data-trb-click]')).toBe('');
};

export const nothingKept = async (tab: Page) => {
  await nothingCarried(tab);
  expect(await tab.evaluate('sessionStorage.length')).toBe(0);
};

export const untilLoaded = (page: Page) => until(page, 'window.tributary?.click');

/** What the script has sent so far, of one click or of any. */
export const sentTypes = (ofClick?: string): string[] =>
  shop.events
    .map((body) => JSON.parse(body))
    .filter(({ click }) => ofClick === undefined || click === ofClick)
    .flatMap(({ events }) => events.map(({ type }: { type: string }) => type));

/** Closes the browser's context and opens another, which knows nothing of the one before. */
export const renewContext = async (): Promise<void> => {
  await context.close();
  shop.events.length = 0;
  context = await newContext();
};

/** Has each test of a file find all of this anew; says why where there is no browser. */
export const useBrowserShop = (): void => {
  if (noBrowser) console.warn(`Skipped: ${noBrowser} (Debian: apt-get install chromium).`);
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
};
