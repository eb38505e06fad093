// What the short domain answers besides links: the files that browsers and crawlers ask every host for.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aGatewayEvent, type TestApi, testApi } from '../support/http.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

describe('a file that every host is asked for', () => {
  it.each([
    ['/robots.txt', 'text/plain; charset=utf-8'],
    ['/favicon.svg', 'image/svg+xml'],
    ['/favicon.ico', 'image/vnd.microsoft.icon'],
  ])('%s is there, small, and kept for a day', async (path, type) => {
    const file = await api.call('GET', path);
    expect([file.status, file.headers['content-type']]).toEqual([200, type]);
    expect(file.headers['cache-control']).toBe('public, max-age=86400');
    expect(file.headers['x-content-type-options']).toBe('nosniff');
    expect(file.text.length).toBeLessThan(400);
    expect(file.cookies).toEqual([]);
    // HEAD has no route of its own: it comes as a probe of a link.
    const probe = await api.call('HEAD', path);
    expect([probe.status, probe.headers['content-type']]).toEqual([200, type]);
  });

  it('answers HEAD where GET is answered: the script, and whether the service is well', async () => {
    for (const path of ['/t.js', '/health', '/robots.txt']) {
      expect([path, (await api.call('HEAD', path)).status]).toEqual([path, 200]);
    }
  });

  it('is no bytes as text: the icon travels in base64 and comes out an ICO', async () => {
    const answer = await api.handlers.redirect(aGatewayEvent('GET', '/favicon.ico'), undefined as never);
    expect(answer.isBase64Encoded).toBe(true);
    const bytes = Buffer.from(answer.body, 'base64');
    expect([...bytes.subarray(0, 6)]).toEqual([0, 0, 1, 0, 1, 0]);
    const [size, offset] = [bytes.readUInt32LE(14), bytes.readUInt32LE(18)];
    expect(offset + size).toBe(bytes.length);
    expect(bytes.subarray(offset + 1, offset + 4).toString()).toBe('PNG');
  });

  it('lets unfurlers and crawlers follow links, whose answers say noindex, and keeps them from the API', async () => {
    const { text } = await api.call('GET', '/robots.txt');
    expect(text).toContain('User-agent: *');
    expect([...text.matchAll(/^Disallow: (.*)$/gm)].map(([, path]) => path)).toEqual(['/v1/', '/webhooks/']);
  });

  it('is nothing else', async () => {
    for (const path of ['/robots.txt.bak', '/favicon.png', '/__proto__', '/constructor', '/']) {
      expect((await api.call('GET', path)).status).toBe(404);
    }
    const posted = { ...aGatewayEvent('GET', '/robots.txt'), requestContext: { http: { method: 'POST' } } };
    expect((await api.handlers.redirect(posted, undefined as never)).statusCode).toBe(404);
  });
});
