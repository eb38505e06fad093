// What the browser script tells of a visit, in a real Chromium.
import { describe, expect, it } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import {
  clickThrough,
  context,
  eventually,
  pageOf,
  sentTypes,
  shop,
  untilLoaded,
  useBrowserShop,
  visitsOf,
} from './browser-shop.ts';
import { pause } from './client.ts';

describe.skipIf(noBrowser)('the browser script', () => {
  useBrowserShop();

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
