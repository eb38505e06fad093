// Whom the browser script asks before it keeps anything, in a real Chromium, and what goes when somebody refuses.
import { describe, expect, it } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import {
  CLICK,
  clickOn,
  clickThrough,
  context,
  eventually,
  held,
  nothingCarried,
  nothingKept,
  pageOf,
  renewContext,
  SHOP,
  sentTypes,
  shop,
  siteCookie,
  stored,
  until,
  untilLoaded,
  useBrowserShop,
} from './browser-shop.ts';
import { pause } from './client.ts';

describe.skipIf(noBrowser)('the browser script', () => {
  useBrowserShop();

  describe('asks before it keeps anything', () => {
    it.each(['globalPrivacyControl', 'doNotTrack'])('and with %s keeps and sends nothing', async (name) => {
      const shared = await clickThrough({});
      const clickId = await clickOn(shared.tab);
      await shared.tab.goto('about:blank');
      await eventually(async () => expect(sentTypes()).toEqual(['visit']));
      await renewContext();
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
});
