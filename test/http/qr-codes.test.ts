// QR codes: read back off the picture, as a phone would.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, aGatewayEvent, type Json, type TestApi, testApi } from '../support/http.ts';
import { pngPixels, readQr, svgPixels } from '../support/qr-reader.ts';
import { aCreator, aLink, aMerchant, type Owner } from '../support/world.ts';

let api: TestApi;
let owner: Owner;
let link: Json;
beforeAll(async () => {
  api = await testApi();
  owner = await aMerchant(api);
  link = await aLink(owner, await aCreator(owner), { slug: 'sarah-story' });
});
afterAll(() => api.close());

const svgOf = (query: string, of = link) => owner.call('GET', `/v1/links/${of.id}/qr`, { query });
/** PNG leaves in base64, which is bytes again only beyond API Gateway. */
const pngOf = async (query: string, headers = {}): Promise<Buffer> => {
  const event = aGatewayEvent('GET', `/v1/links/${link.id}/qr`, { key: owner.key, query, headers });
  const answer = await api.handlers.api(event, undefined as never);
  expect([answer.statusCode, answer.headers['content-type'], answer.isBase64Encoded]).toEqual([200, 'image/png', true]);
  return Buffer.from(answer.body, 'base64');
};
const errorsOf = (answer: Answered) => answer.json.errors.map(({ pointer, code }: Json) => [pointer, code]);

describe('a QR code', () => {
  it.each(['L', 'M', 'Q', 'H'])(
    'says the short address and nothing else, as SVG and as PNG, at level %s',
    async (level) => {
      const said = { text: 'http://localhost:8787/sarah-story', level };
      const svg = await svgOf(`format=svg&errorCorrection=${level}`);
      expect(readQr(svgPixels(svg.text))).toMatchObject(said);
      for (const size of [128, 300, 512, 1000]) {
        const pixels = pngPixels(await pngOf(`format=png&errorCorrection=${level}&size=${size}`));
        expect([pixels.length, pixels[0]?.length]).toEqual([size, size]);
        expect(readQr(pixels)).toMatchObject(said);
      }
    },
  );

  it("says the merchant's domain where the link is on it", async () => {
    const { domain } = await owner.make('/v1/domains', { domain: 'go.brand.com' });
    const there = await aLink(owner, await aCreator(owner), { domain, slug: 'qr-there' });
    expect(readQr(svgPixels((await svgOf('', there)).text)).text).toBe('https://go.brand.com/qr-there');
  });

  it('has the margin that is asked for, four modules by default', async () => {
    const marginOf = async (query: string) =>
      svgPixels((await svgOf(query)).text).findIndex((row) => row.includes(true));
    expect(await Promise.all(['', 'margin=0', 'margin=16'].map(marginOf))).toEqual([4, 0, 16]);
  });

  it('is the same bytes each time, and may be kept for a day', async () => {
    const [one, two] = [await svgOf('size=300'), await svgOf('size=300')];
    expect(one.text).toBe(two.text);
    expect(one.text).toContain('width="300" height="300"');
    expect(one.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'private, max-age=86400',
      'content-security-policy': "default-src 'none'",
      'content-disposition': 'inline; filename="sarah-story.svg"',
    });
    expect((await pngOf('format=png')).equals(await pngOf('format=png'))).toBe(true);
  });

  it('is what Accept prefers, unless a format is asked for', async () => {
    const asked = async (accept: string, query = '') => {
      const event = aGatewayEvent('GET', `/v1/links/${link.id}/qr`, { key: owner.key, query, headers: { accept } });
      return (await api.handlers.api(event, undefined as never)).headers['content-type'];
    };
    expect(await asked('image/png')).toBe('image/png');
    expect(await asked('image/svg+xml;q=0.5, image/png')).toBe('image/png');
    for (const accept of ['*/*', 'image/*', 'application/json', 'image/svg+xml, image/png']) {
      expect(await asked(accept)).toBe('image/svg+xml');
    }
    expect(await asked('image/png', 'format=svg')).toBe('image/svg+xml');
  });

  it('refuses what it can not draw, and other merchants', async () => {
    for (const query of [
      'format=gif',
      'size=127',
      'size=2049',
      'size=x',
      'margin=-1',
      'margin=17',
      'errorCorrection=X',
    ]) {
      expect(errorsOf(await svgOf(query))).toMatchObject([[`/query/${query.split('=')[0]}`, expect.any(String)]]);
    }
    expect(errorsOf(await svgOf('colour=red'))).toEqual([['/query/colour', 'unknown_field']]);
    const other = await aMerchant(api);
    expect((await other.call('GET', `/v1/links/${link.id}/qr`)).status).toBe(404);
  });
});
