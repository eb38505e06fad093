// A day of a merchant with very many clicks, written straight into a table.
import { randomBytes } from 'node:crypto';
import { clickShard } from '../../lib/table/click-path-keys.ts';
import { clickItem } from '../../lib/table/clicks.ts';
import { type Item, type Table, writeItems } from '../../lib/table/table.ts';
import { aLink, aMerchant, MERCHANT_ID, stored } from '../support/records.ts';

export const BUSY_DAY = '2026-11-20';

const LINKS = 1_000;
const SHARDS = 8;
const DAY_MS = 86_400_000;
const WRITERS = 4;

/** Phones differ by model and build, so a large day has thousands of user agents: in-app browsers, others, crawlers. */
const USER_AGENTS: readonly string[] = Array.from({ length: 3_000 }, (_, i) => {
  const iphone = `Mozilla/5.0 (iPhone; CPU iPhone OS 18_${i % 7} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)`;
  if (i % 50 === 0) return `Mozilla/5.0 (compatible; ExampleCrawler/${i}.0; +https://crawler.example/bot.html)`;
  if (i % 3 === 0) return `${iphone} Mobile/15E148 Instagram 401.0.0.${i} (iPhone16,2; iOS 18_5; en_US; scale=3.00)`;
  if (i % 3 === 1) return `${iphone} Version/18.${i} Mobile/15E148 Safari/604.1`;
  return `Mozilla/5.0 (Linux; Android 15; SM-S${i}B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36`;
});

const anyOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;

const aClick = (linkIds: readonly string[]): Item => {
  const visitor = `20261101${randomBytes(16).toString('base64url')}`;
  const at = Date.parse(BUSY_DAY) + Math.floor(Math.random() * DAY_MS);
  const place = {
    day: BUSY_DAY,
    shard: clickShard(visitor, SHARDS),
    visitor,
    at,
    suffix: randomBytes(4).toString('hex'),
  };
  return clickItem(MERCHANT_ID, place, {
    ...{ linkId: anyOf(linkIds), method: 'GET', userAgent: anyOf(USER_AGENTS), purpose: null },
    ...{ referrerHost: 'l.instagram.com', country: 'US', externalId: null },
  });
};

/** Writes the merchant, its links and so many clicks of one day, each of a visitor of its own; gives the merchant's id. */
export const writeBusyDay = async (table: Table, clicks: number): Promise<string> => {
  await stored(table, aMerchant({ data: { clickShards: SHARDS } }));
  const linkIds: string[] = [];
  for (let i = 0; i < LINKS; i++) linkIds.push((await stored(table, aLink({ data: { slug: `busy-${i}` } }))).id);
  let left = clicks;
  const writer = async () => {
    while (left > 0) {
      const count = Math.min(25, left);
      left -= count;
      await writeItems(
        table,
        Array.from({ length: count }, () => aClick(linkIds)),
      );
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return MERCHANT_ID;
};
