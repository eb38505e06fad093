// A bio page as a browser shows it: readable, reachable and tappable, without a script or a fetch.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalServer, startLocalServer } from '../../infra/local/server.ts';
import { aBrowser, noBrowser } from '../support/browser.ts';
import { type TestApi, testApi } from '../support/http.ts';
import { aCreator, aLink, aMerchant } from '../support/world.ts';

let api: TestApi;
let server: LocalServer;
let browser: Browser;
let slug: string;
beforeAll(async () => {
  if (noBrowser) return;
  api = await testApi();
  const { table, clock, masterKey } = api.service;
  const baseUrl = 'http://localhost:8787';
  server = await startLocalServer({
    table,
    clock,
    baseUrl,
    rootKey: 'root_test',
    masterKey,
    port: 0,
    host: '127.0.0.1',
  });
  browser = await aBrowser();
  const owner = await aMerchant(api);
  const creator = await aCreator(owner);
  const links = [await aLink(owner, creator), await aLink(owner, creator)];
  slug = links[0]?.slug;
  await owner.make('/v1/bio-pages', {
    creatorId: creator.id,
    handle: 'sarah',
    text: 'What I use, and where I found it. #ad',
    links: [
      { linkId: links[0]?.id, title: 'Protein' },
      { linkId: links[1]?.id, title: `A long title ${'w'.repeat(40)}` },
    ],
  });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await api?.close();
});

type Shown = { readonly page: Page; readonly errors: readonly string[]; readonly asked: readonly string[] };

const shown = async (options: Parameters<Browser['newContext']>[0], look: (shown: Shown) => Promise<void>) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...options });
  try {
    const page = await context.newPage();
    const errors: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${server.url}/@sarah`);
    await look({ page, errors, asked });
  } finally {
    await context.close();
  }
};

/** Contrast of two colours as computed styles write them (WCAG 2.2, relative luminance). */
const contrast = (a: string, b: string): number => {
  const luminance = (color: string) => {
    const [r = 0, g = 0, bl = 0] = (color.match(/\d+(\.\d+)?/g) ?? []).map((part) => {
      const channel = Number(part) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};

const STYLES = ['color', 'backgroundColor', 'fontSize', 'outlineWidth', 'outlineStyle'] as const;

/** Computed styles of the first element; asked in text, since this side does not know the browser's names. */
const styleOf = (page: Page, selector: string): Promise<Readonly<Record<(typeof STYLES)[number], string>>> =>
  page.evaluate(`(() => {
    const { ${STYLES.join()} } = getComputedStyle(document.querySelector(${JSON.stringify(selector)}));
    return { ${STYLES.join()} };
  })()`);

describe.skipIf(noBrowser)('a bio page in a browser', () => {
  it('needs no script, asks for nothing but itself and the icon, and breaks no policy', async () => {
    await shown({ javaScriptEnabled: true }, async ({ page, errors, asked }) => {
      expect(await page.locator('script').count()).toBe(0);
      expect(errors).toEqual([]);
      const paths = asked.map((url) => url.replace(server.url, ''));
      expect(paths.filter((path) => path !== '/favicon.svg')).toEqual(['/@sarah']);
    });
  });

  it('has landmarks, names and a language that a screen reader finds', async () => {
    await shown({}, async ({ page }) => {
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      expect(await page.title()).toBe('Sarah Lim');
      expect(await page.getByRole('main').count()).toBe(1);
      expect(await page.getByRole('heading', { level: 1, name: 'Sarah Lim' }).count()).toBe(1);
      expect(await page.getByRole('navigation', { name: 'Sarah Lim' }).count()).toBe(1);
      expect(await page.getByRole('navigation').getByRole('listitem').count()).toBe(2);
      expect(await page.getByRole('link', { name: 'Protein' }).count()).toBe(1);
    });
  });

  it.each(['light', 'dark'] as const)('has enough contrast in a %s scheme', async (colorScheme) => {
    await shown({ colorScheme }, async ({ page }) => {
      const [body, link] = [await styleOf(page, 'body'), await styleOf(page, 'a')];
      expect(contrast(body.color, body.backgroundColor)).toBeGreaterThan(7);
      expect(contrast(link.color, link.backgroundColor)).toBeGreaterThan(7);
      expect(contrast(link.backgroundColor, body.backgroundColor)).toBeGreaterThan(3);
      const isDark = contrast(body.backgroundColor, 'rgb(255, 255, 255)') > 10;
      expect(isDark).toBe(colorScheme === 'dark');
    });
  });

  it('fits a small phone, with targets that a thumb hits and text that grows', async () => {
    await shown({ viewport: { width: 320, height: 568 }, isMobile: true }, async ({ page }) => {
      for (const link of await page.getByRole('link').all()) {
        const box = await link.boundingBox();
        expect(box?.height).toBeGreaterThanOrEqual(44);
        expect(box?.width).toBeGreaterThanOrEqual(200);
      }
      const width = await page.locator('html').evaluate((element) => element.scrollWidth);
      expect(width).toBeLessThanOrEqual(320);
      expect(Number.parseFloat((await styleOf(page, 'p')).fontSize)).toBeGreaterThan(15);
    });
  });

  it('shows where the keyboard is, and leads to the short link', async () => {
    await shown({}, async ({ page }) => {
      await page.keyboard.press('Tab');
      const focused = page.locator('a:focus-visible');
      expect(await focused.textContent()).toBe('Protein');
      const { outlineWidth, outlineStyle } = await styleOf(page, 'a:focus-visible');
      expect([outlineWidth, outlineStyle]).toEqual(['3px', 'solid']);
      expect(await focused.getAttribute('href')).toBe(`/${slug}`);
    });
  });
});
