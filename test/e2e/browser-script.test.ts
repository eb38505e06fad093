// The browser script in a real Chromium: from a click on a short link, through a small shop, to an order that finds the click.
import { describe, expect, it } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { aSession, aStripeDelivery, aStripeEvent } from '../support/payloads/stripe.ts';
import { aMeta, aWooDelivery, aWooOrder } from '../support/payloads/woocommerce.ts';
import {
  aLinkTo,
  CART_TOLD,
  CLICK,
  campaign,
  clickOn,
  clickThrough,
  context,
  eventually,
  GO,
  nothingKept,
  pageOf,
  SHOP,
  sentTypes,
  server,
  shop,
  siteCookie,
  stored,
  touchesOf,
  until,
  untilLoaded,
  useBrowserShop,
  visitsOf,
} from './browser-shop.ts';
import { aStore } from './campaign.ts';
import { pause } from './client.ts';
import { deliver, shopifyDelivery, shopifyOrder, standardDelivery, standardOrder } from './shop.ts';

describe.skipIf(noBrowser)('the browser script', () => {
  useBrowserShop();

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
});
