// Requests that are wrong, hostile or merely odd: a clear refusal, never a fault of ours.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, type Json, type TestApi, testApi } from '../support/http.ts';
import { aMerchant, type Owner } from '../support/world.ts';

let api: TestApi;
let owner: Owner;
beforeAll(async () => {
  api = await testApi();
  owner = await aMerchant(api);
});
afterAll(() => api.close());

const post = (body: unknown, headers: Record<string, string> = {}, path = '/v1/creators') =>
  owner.call('POST', path, { body, headers });
const codes = (answer: Answered) => [answer.status, answer.json.code];
const pointers = (answer: Answered) => [...new Set(answer.json.errors.map(({ pointer }: Json) => pointer))].sort();

describe('a problem', () => {
  it('says what, where and under which request id, as application/problem+json', async () => {
    const refused = await post({ name: '', surprise: 1 });
    expect(refused.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(refused.headers['cache-control']).toBe('no-store');
    expect(refused.json).toMatchObject({
      type: 'urn:tributary:problem:invalid_request',
      title: expect.any(String),
      status: 422,
      detail: '2 things are not valid',
      code: 'invalid_request',
      requestId: expect.stringMatching(/^request-/),
    });
  });

  it('lists every failure of a request at once, each with a pointer to it', async () => {
    const refused = await post(
      {
        name: '',
        destinationUrl: 'javascript:alert(1)',
        startsOn: '2026-02-31',
        endsOn: 'x',
        budget: { amount: -1, currency: 'XXX', cents: 0 },
        goal: { metric: 'sales' },
        utm: { source: '{nobody}', 'a/b~c': 1 },
        attribution: { lookbackDays: 0 },
        surprise: 1,
      },
      {},
      '/v1/campaigns',
    );
    expect(refused.status).toBe(422);
    expect(pointers(refused)).toEqual([
      '/attribution/lookbackDays',
      '/budget/amount',
      '/budget/cents',
      '/budget/currency',
      '/endsOn',
      '/goal/target',
      '/name',
      '/startsOn',
      '/surprise',
      '/utm/a~1b~0c',
      '/utm/source',
    ]);
    const byPointer = new Map(refused.json.errors.map((error: Json) => [error.pointer, error.code]));
    expect(byPointer.get('/goal/target')).toBe('required');
    expect(byPointer.get('/utm/source')).toBe('unknown_placeholder');
  });

  it('says what is wrong in words of its own, those of no library', async () => {
    const refused = await post(
      {
        name: '',
        destinationUrl: 7,
        endsOn: true,
        budget: { amount: 1.5, currency: 'USD', cents: 0 },
        goal: { metric: 'sales' },
        utm: [],
        attribution: { lookbackDays: 0, conflictPolicy: 'mine' },
      },
      {},
      '/v1/campaigns',
    );
    const said = Object.fromEntries(refused.json.errors.map((one: Json) => [one.pointer, one.message]));
    expect(said).toMatchObject({
      '/name': 'must not be empty',
      '/destinationUrl': 'must be text',
      '/startsOn': 'is required',
      '/endsOn': 'must be text',
      '/budget/amount': 'must be an integer',
      '/budget/cents': 'is not a known field',
      '/goal/target': 'is required',
      '/utm': 'must be an object',
      '/attribution/lookbackDays': 'must be at least 1',
      '/attribution/conflictPolicy': 'must be one of code_first, click_first, larger_share, review',
    });
  });

  it('says that there is nothing at a path, in JSON', async () => {
    for (const [method, path] of [
      ['PUT', '/'],
      ['GET', '/v1/nothing'],
      ['DELETE', '/v1/merchant'],
      ['PUT', '/v1/creators'],
      ['OPTIONS', '/v1/creators'],
      ['GET', '/v1/creators/a/b'],
    ] as const) {
      const nothing = await owner.call(method, path);
      expect(codes(nothing)).toEqual([404, 'not_found']);
      expect(nothing.json.detail).toContain('/docs');
    }
  });
});

describe('a body', () => {
  it('that is not JSON in UTF-8 is 400', async () => {
    for (const body of ['{"name":', '{name:1}', '{"name":"a"}x', "{'name':1}", 'NaN', '\uFEFF{']) {
      expect(codes(await post(body))).toEqual([400, 'malformed_json']);
    }
    expect(codes(await post(Buffer.from([0x7b, 0xff, 0x7d]), { 'content-type': 'application/octet+json' }))).toEqual([
      400,
      'malformed_json',
    ]);
  });

  it('of another media type is 415, of a JSON one with suffix or parameters fine', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect(codes(await post('{"name":"A"}', { 'content-type': type }))).toEqual([415, 'unsupported_media_type']);
    }
    for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.tributary+json']) {
      expect((await post('{"name":"A"}', { 'content-type': type })).status).toBe(201);
    }
  });

  it('over 4 MB is 413', async () => {
    expect(codes(await post(`{"name":"${'x'.repeat(4 * 1024 * 1024)}"}`))).toEqual([413, 'body_too_large']);
  });

  it('that is no object is 422', async () => {
    for (const body of ['[]', '"text"', '1', 'null', 'true']) {
      const refused = await post(body);
      expect([refused.status, refused.json.errors?.[0]?.pointer]).toEqual([422, body === 'null' ? '/name' : '']);
    }
  });

  it('where none belongs is refused as any unknown field', async () => {
    const made = await owner.make('/v1/creators', { name: 'Ida' });
    const refused = await owner.call('DELETE', `/v1/creators/${made.id}`, { body: { really: true } });
    expect(pointers(refused)).toEqual(['/really']);
  });
});

describe('a query', () => {
  it('with an unknown field is 422, also where a route takes none', async () => {
    const made = await owner.make('/v1/creators', { name: 'Ida' });
    for (const path of ['/v1/creators', `/v1/creators/${made.id}`, '/v1/merchant', '/v1/orders']) {
      const refused = await owner.call('GET', path, { query: { surprise: 1, __proto__x: 2 } });
      expect(pointers(refused)).toEqual(['/query/__proto__x', '/query/surprise']);
    }
  });

  it('that repeats a name is 422: nobody knows which was meant', async () => {
    const refused = await owner.call('GET', '/v1/creators', { query: 'limit=1&tag=a&limit=2&limit=2&t%61g=a' });
    expect(refused.status).toBe(422);
    expect(refused.json.errors.map(({ pointer, code }: Json) => [pointer, code])).toEqual([
      ['/query/limit', 'repeated'],
      ['/query/tag', 'repeated'],
    ]);
  });
});

describe('hostile JSON', () => {
  const answersSmall = (answer: Answered) => {
    expect(answer.status).toBeLessThan(500);
    expect(answer.text.length).toBeLessThan(1_000_000);
    expect(answer.text).not.toMatch(/\.ts:\d+/);
  };

  it('with 10,000 errors is 422: the first thousand, and how many there are', async () => {
    const refused = await post(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`f${i}`, i])));
    expect(refused.json.detail).toBe('10001 things are not valid, of which the first 1000 are listed');
    expect(refused.json.errors).toHaveLength(1000);
    answersSmall(refused);
  });

  it('with errors by the hundred thousand is 422 all the same', async () => {
    const keys = Array.from({ length: 300_000 }, (_, i) => `"${i}":0`).join();
    const refused = await post(`{${keys}}`);
    expect(codes(refused)).toEqual([422, 'invalid_request']);
    answersSmall(refused);
    const list = await post(`{"name":"A","profiles":[${'0,'.repeat(500_000)}0]}`);
    expect(codes(list)).toEqual([422, 'invalid_request']);
    answersSmall(list);
  });

  it('with names of megabytes gets a small answer', async () => {
    const refused = await post(`{"name":"A","${'~'.repeat(3_000_000)}":1}`);
    expect(refused.status).toBe(422);
    answersSmall(refused);
  });

  it('nested a million deep is refused or read, never a fault', async () => {
    for (const body of [
      `{"name":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`,
      `${'{"name":'.repeat(200_000)}1${'}'.repeat(200_000)}`,
      `{"items":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}`,
    ]) {
      answersSmall(await post(body));
      answersSmall(await post(body, {}, '/v1/links/batch'));
    }
  });

  it('with __proto__, constructor and duplicate keys pollutes nothing', async () => {
    const refused = await post('{"name":"A","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":1}}}');
    expect(pointers(refused)).toEqual(['/__proto__', '/constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const twice = await post('{"name":"First","name":"Second"}');
    expect(twice.json.name).toBe('Second');
  });

  it('with numbers beyond reason is 422', async () => {
    for (const tier of ['1e400', '-1e400', '1.5', '9007199254740993', '1e-400', '99999999999999999999999999']) {
      expect(pointers(await post(`{"name":"A","programTier":${tier}}`))).toEqual(['/programTier']);
    }
  });

  it('with half a surrogate pair is 400: it has no UTF-8', async () => {
    for (const body of ['{"name":"\\ud800"}', '{"name":"A","note":"x\\uDFFFy"}', '{"\\udabc":1,"name":"A"}']) {
      expect(codes(await post(body))).toEqual([400, 'malformed_json']);
    }
    expect((await post('{"name":"\\ud83d\\ude00"}')).json.name).toBe('😀');
  });

  it('with right-to-left marks and every plane of Unicode is stored as sent, and a note with NULs', async () => {
    const name = 'ab\u202Ec\u{1F9D1}\u200D\u{1F33E}\u{10FFFD}';
    const note = 'a\u0000b';
    const made = await post({ name, note });
    expect(made.json).toMatchObject({ name, note });
    expect(await owner.get(`/v1/creators/${made.json.id}`)).toMatchObject({ name, note });
  });
});

describe('an id in a path', () => {
  it('that is too long, empty or odd is 404, never a fault', async () => {
    const odd = [
      'x'.repeat(3000),
      `ext_${'x'.repeat(3000)}`,
      'ext_',
      '%00',
      '..%2f..',
      '%',
      'crt_',
      '__proto__',
      '\u{1F600}',
    ];
    for (const kind of ['creators', 'stores', 'campaigns', 'links', 'discount-codes', 'costs', 'values', 'api-keys']) {
      for (const id of odd) {
        expect(codes(await owner.call('GET', `/v1/${kind}/${id}`))).toEqual([404, 'not_found']);
        expect((await owner.call('DELETE', `/v1/${kind}/${id}`)).status).toBe(404);
      }
    }
    for (const path of ['orders', 'webhook-events', 'rollups']) {
      for (const id of odd) expect((await owner.call('GET', `/v1/${path}/${id}`)).status).toBe(404);
    }
  });
});
