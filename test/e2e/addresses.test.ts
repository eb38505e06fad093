// No IP address is stored or printed: a run of the real server, and a search of all it left for the addresses it was told.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../support/server.ts';
import { aCampaign, type Campaign } from './campaign.ts';
import { client, rollUp } from './client.ts';
import { deliver, follow, shopifyDelivery, shopifyOrder } from './shop.ts';

/** Each header that tells where a request comes from has one of its own. */
const FORWARDED = '203.0.113.141';
const TOLD: Readonly<Record<string, string>> = {
  'x-forwarded-for': FORWARDED,
  forwarded: '203.0.113.142',
  'x-real-ip': '203.0.113.143',
  'cf-connecting-ip': '203.0.113.144',
  'true-client-ip': '203.0.113.145',
  'cloudfront-viewer-address': '203.0.113.146:46532',
  'x-client-ip': '2001:db8:7e57::147',
  'x-amzn-trace-id': 'Root=1-203.0.113.148',
};
/** Ways in which a sender's address is told and then written into a user agent, each with an address of its own. */
const IN_AGENTS: readonly (readonly [Record<string, string>, string])[] = [
  [{ 'x-forwarded-for': '203.0.113.161:51234' }, '203.0.113.161'],
  [{ 'x-forwarded-for': '::ffff:203.0.113.162' }, 'Foo/203.0.113.162'],
  [{ 'x-forwarded-for': '[2001:db8:7e57::163]:443' }, '2001:db8:7e57::163'],
  [{ 'x-forwarded-for': '2001:db8:7e57:0:0::164' }, '2001:DB8:7E57::164'],
  [{ 'x-real-ip': '203.0.113.165' }, '203.0.113.165'],
  [{}, '203.0.113.166:51234'],
  [{}, '[2001:db8:7e57::167]'],
];
const IN_REFERRER = '203.0.113.151';
const IN_QUERY = '203.0.113.152';
const IN_PATH = '203.0.113.153';
const IN_BODY = '203.0.113.154';
const ADDRESSES = [
  ...Object.values(TOLD).map((value) => /[\d.]{7,}|2001:[\w:]+/.exec(value)?.[0] as string),
  ...[IN_REFERRER, IN_QUERY, IN_PATH, IN_BODY, '2001:db8:7e57:0:0::164'],
  ...IN_AGENTS.map(([, inAgent]) => /[\d.]{11,}|2001:[\w:]+/i.exec(inAgent)?.[0] as string),
];
const MARKER = 'MarkerBrowser/8.29';

const digest = (algorithm: string, address: string) => createHash(algorithm).update(address).digest();

/** As it is, and as somebody might think it hidden: encoded, as a number, hashed without a key. */
const formsOf = (address: string): readonly string[] => {
  const bytes = Buffer.from(address);
  // Whichever byte of three it begins at.
  const inBase64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  );
  const hashes = ['md5', 'sha1', 'sha256'].flatMap((name) =>
    (['hex', 'base64', 'base64url'] as const).map((form) => digest(name, address).toString(form).slice(0, 16)),
  );
  const parts = address.split('.').map(Number);
  const asNumber = parts.length === 4 ? [String(parts.reduce((sum, part) => sum * 256 + part, 0))] : [];
  const packed = parts.length === 4 ? [Buffer.from(parts).toString('hex')] : [];
  return [address, encodeURIComponent(address), bytes.toString('hex'), ...inBase64, ...hashes, ...asNumber, ...packed];
};

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

let server: RunningServer;
let campaign: Campaign;
beforeAll(async () => {
  server = await startServer();
  campaign = await aCampaign(server, { platform: 'shopify' });
});
afterAll(() => server?.stop());

/** Everything that can be asked, by shoppers, shops and callers, rightly and wrongly. */
const askEverything = async () => {
  const { slug } = campaign.sarah.link;
  const shopper = { ...TOLD, 'user-agent': `Mozilla/5.0 (X11; Linux x86_64) ${MARKER} for ${FORWARDED}` };
  for (const over of [{}, { 'sec-gpc': '1' }, { 'sec-purpose': `prefetch;from=${FORWARDED}` }, {}] as object[]) {
    const headers = { ...shopper, referer: `http://${IN_REFERRER}/from?ip=${IN_REFERRER}`, ...over };
    await follow(server.base, slug, { headers, query: `?ip=${IN_QUERY}` });
  }
  await follow(server.base, slug, { headers: shopper, method: 'HEAD' });
  await follow(server.base, IN_PATH, { headers: shopper });
  for (const [told, inAgent] of IN_AGENTS) {
    await follow(server.base, slug, {
      headers: { ...told, 'user-agent': `curl/8.7.1 (${inAgent})`, referer: `http://${inAgent.replace('Foo/', '')}/` },
    });
  }
  const { raw, headers } = shopifyDelivery(
    'orders/paid',
    shopifyOrder({ id: 8_001, at: Date.now() }, { browser_ip: IN_BODY, client_details: { browser_ip: IN_BODY } }),
  );
  await deliver(server.base, campaign.storeId, { raw, headers: { ...headers, ...TOLD } });
  await deliver(server.base, campaign.storeId, { raw, headers: { ...headers, ...TOLD, 'x-shopify-hmac-sha256': '' } });
  await client(server.base, 'trb_live_wrong')('GET', '/v1/merchant', undefined, TOLD);
  await campaign.api('POST', '/v1/creators', { name: 7, from: IN_BODY }, TOLD);
  await client(server.base)('GET', `/v1/nothing/${IN_PATH}`, undefined, TOLD);
};

describe('a run of the server', () => {
  it('leaves no address in its folder or output, in any form', async () => {
    await askEverything();
    await rollUp(campaign.api, campaign.today);
    const { totals } = (
      await campaign.api<{ totals: { clicks: number; excludedClicks: { duplicate: number } } }>(
        'GET',
        `/v1/reports/performance?from=${campaign.today}&to=${campaign.today}`,
      )
    ).json;
    // Repeats are seen by the address that the proxy in front told, and by it alone.
    expect([totals.clicks, totals.excludedClicks.duplicate]).toEqual([1, 2]);
    await server.stop();
    const left = [...filesUnder(server.dataDir).map((path) => readFileSync(path).toString('latin1')), server.output()];
    // The user agent is kept, without the address in it: the search does find what is there.
    expect(left.some((text) => text.includes(`${MARKER} for -`))).toBe(true);
    const found = ADDRESSES.flatMap(formsOf).filter((form) => left.some((text) => text.includes(form)));
    expect(found).toEqual([]);
  }, 60_000);

  it('would be found out: the forms of an address do find it', () => {
    const [plain = ''] = formsOf(FORWARDED);
    expect(formsOf(plain)).toContain('cb00718d');
    expect(Buffer.from(`{"ip":"${plain}"}`).toString('base64')).toSatisfy((text: string) =>
      formsOf(plain).some((form) => text.includes(form)),
    );
  });
});
