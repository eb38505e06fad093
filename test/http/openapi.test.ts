// The API's description of itself: OpenAPI 3.1 in shape, complete, and the page that shows it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalServer } from '../../infra/local/server.ts';
import { routes } from '../../lib/contracts/routes.ts';
import { aBrowser, noBrowser } from '../support/browser.ts';
import { type Json, type TestApi, testApi } from '../support/http.ts';

let api: TestApi;
let document: Json;
beforeAll(async () => {
  api = await testApi();
  document = (await api.call('GET', '/openapi.json')).json;
});
afterAll(() => api.close());

const operationsOf = (): [string, string, Json][] =>
  Object.entries<Json>(document.paths).flatMap(([path, item]) =>
    Object.entries<Json>(item).map(([method, operation]): [string, string, Json] => [method, path, operation]),
  );

/** Every value under a key of that name, at any depth. */
const valuesOf = (key: string, value: Json): Json[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [...(name === key ? [inner] : []), ...valuesOf(key, inner)]);
};

describe('/openapi.json', () => {
  it('is OpenAPI 3.1 with a title, a version and a licence', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Tributary', version: expect.any(String), license: { identifier: 'Apache-2.0' } },
      servers: [{ url: '/' }],
    });
  });

  it('describes every route once, under an operationId of its own', () => {
    const described = operationsOf().map(([method, path]) => `${method.toUpperCase()} ${path}`);
    expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
    const ids = operationsOf().map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, , { summary, tags }] of operationsOf())
      expect([summary, tags]).toEqual([expect.any(String), [expect.any(String)]]);
  });

  it('has no reference that leads nowhere', () => {
    const references = valuesOf('$ref', document);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      const at = reference
        .slice(2)
        .split('/')
        .reduce((inner: Json, part: string) => inner?.[part], document);
      expect([reference, at]).toEqual([reference, expect.any(Object)]);
    }
    expect(valuesOf('$defs', document)).toEqual([]);
  });

  it('declares each variable of a path, each scheme it asks for, and a body where there is one', () => {
    for (const [method, path, operation] of operationsOf()) {
      const variables = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((parameter: Json) => parameter.in === 'path');
      expect(declared.map(({ name }: Json) => name)).toEqual(variables);
      for (const { required } of declared) expect(required).toBe(true);
      const names = (operation.parameters ?? []).map((parameter: Json) => `${parameter.in} ${parameter.name}`);
      expect(new Set(names).size).toBe(names.length);
      for (const scheme of operation.security)
        expect(document.components.securitySchemes).toHaveProperty(Object.keys(scheme)[0] as string);
      const route = routes.find((one) => one.id === operation.operationId);
      const hasBody = Boolean(route?.body ?? route?.bodyTypes) || route?.serves === 'webhook';
      expect([method, path, Boolean(operation.requestBody)]).toEqual([method, path, hasBody]);
    }
  });

  it('says of every answer what it is, and of problems that they are problem+json', () => {
    for (const [method, path, { responses }] of operationsOf()) {
      expect(Object.keys(responses).length).toBeGreaterThan(0);
      for (const [status, response] of Object.entries<Json>(responses)) {
        expect([path, response.description]).toEqual([path, expect.any(String)]);
        // Shoppers get pages, and the browser script has nobody to show a problem to.
        if (Number(status) < 400 || ['/{slug}', '/', '/e'].includes(path)) continue;
        expect([method, path, Object.keys(response.content)]).toEqual([method, path, ['application/problem+json']]);
      }
    }
    expect(document.components.schemas.Problem.required).toEqual([
      'type',
      'title',
      'status',
      'detail',
      'code',
      'requestId',
    ]);
  });

  it('names the codes that are known to hold for a POST: conflicts, size, media type, all at once', () => {
    const { post } = document.paths['/v1/links'];
    expect(Object.keys(post.responses)).toEqual(['201', '400', '401', '403', '409', '413', '415', '422', '500', '503']);
    expect(post.parameters).toContainEqual(expect.objectContaining({ name: 'Idempotency-Key', in: 'header' }));
  });
});

/** The schema at a path of names, through references, `properties` and the shape that is not null. */
const schemaAt = (name: string, ...fields: string[]): Json =>
  fields.reduce((schema: Json, field) => {
    const shape = schema.anyOf?.find(({ type }: Json) => type !== 'null') ?? schema;
    return shape.properties[field];
  }, document.components.schemas[name]);

const propertiesOf = (schema: Json): [string, Json][] =>
  Object.entries<Json>(schema?.properties ?? {}).flatMap(([name, inner]): [string, Json][] => [
    [name, inner],
    ...propertiesOf(inner.anyOf?.find(({ type }: Json) => type === 'object') ?? inner),
  ]);

describe('the document', () => {
  it('says what every figure of the reports is', () => {
    const keys =
      /^(creator|campaign|link|store|code|day)|^(kind|fee|retainer|product|shipping|agency|time|tools|bonus)$/;
    for (const name of ['PerformanceRow', 'RoiRow']) {
      const figures = propertiesOf(document.components.schemas[name]).filter(([field]) => !keys.test(field));
      expect(figures.length).toBeGreaterThan(15);
      const bare = figures
        .filter(([, { description, type }]) => !description && type !== 'object')
        .map(([field]) => field);
      expect([name, bare.filter((field) => !['reimbursement', 'ad_boost', 'other'].includes(field))]).toEqual([
        name,
        [],
      ]);
    }
    for (const field of ['storeNetRevenue', 'credited', 'unattributed', 'storeOrders', 'conflicts']) {
      expect(schemaAt('RoiReport', 'reconciliation', field).description).toEqual(expect.any(String));
    }
    expect(schemaAt('Merchant', 'attribution', 'halfLifeDays').description).toContain('to come');
  });

  it('does not call averages of money integers', () => {
    for (const field of ['aov', 'revenuePerClick']) expect(schemaAt('PerformanceRow', field).type).toContain('number');
    for (const field of ['cac', 'cpa', 'cpc']) expect(schemaAt('RoiRow', field).type).toContain('number');
    expect(document.info.description).toMatch(/aov, revenuePerClick, cac, cpa, cpc.*perhaps fractional/);
  });

  it('describes the items of batches as single ones are, though each is checked on its own', () => {
    for (const [path, name] of [
      ['/v1/links/batch', 'LinkBatchItem'],
      ['/v1/discount-codes/batch', 'DiscountCodeBatchItem'],
    ] as const) {
      const { schema } = document.paths[path].post.requestBody.content['application/json'];
      expect(schema.properties.items).toMatchObject({
        maxItems: 1000,
        items: { $ref: `#/components/schemas/${name}` },
      });
      expect(document.components.schemas[name].required).toContain('creatorId');
    }
  });

  it('describes what a shop posts: the standard event, and the headers it is signed in', () => {
    const { post } = document.paths['/webhooks/{storeId}'];
    const { anyOf } = post.requestBody.content['application/json'].schema;
    expect(anyOf[0]).toEqual({ $ref: '#/components/schemas/StandardEvent' });
    const types = document.components.schemas.StandardEvent.oneOf.flatMap(({ properties }: Json) => properties.type);
    expect(JSON.stringify(types)).toMatch(/order\.paid.*order\.updated.*order\.cancelled.*refund\.created/);
    const names = post.parameters.filter((parameter: Json) => parameter.in === 'header').map(({ name }: Json) => name);
    expect(names).toEqual(expect.arrayContaining(['webhook-id', 'webhook-timestamp', 'webhook-signature']));
  });

  it.each([
    ['/v1/links', 'post', '201', 'Idempotency-Replayed'],
    ['/v1/links', 'post', '409', 'Retry-After'],
    ['/v1/links', 'get', '503', 'Retry-After'],
    ['/v1/links', 'get', '200', 'X-Next-Cursor'],
    ['/v1/links', 'get', '401', 'WWW-Authenticate'],
    ['/{slug}', 'get', '302', 'Location'],
    ['/{slug}', 'get', '302', 'Set-Cookie'],
  ])('names the header that comes with %s %s %s: %s', (path, method, status, name) => {
    expect(document.paths[path][method].responses[status].headers).toHaveProperty([name]);
  });

  it('names no header where none comes', () => {
    expect(document.paths['/v1/links'].get.responses['200'].headers).not.toHaveProperty('Idempotency-Replayed');
    expect(document.paths['/v1/links/{id}'].get.responses['200'].headers).toBeUndefined();
    expect(document.paths['/v1/links'].post.responses['401'].headers).not.toHaveProperty('Idempotency-Replayed');
  });
});

describe('/docs', () => {
  it('loads everything from here: its policy allows nothing else', async () => {
    const page = await api.call('GET', '/docs');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toBe(
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect((await api.call('GET', '/health')).headers['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(page.text).not.toMatch(/https?:\/\//);
    const withoutScript = /<noscript>.*<\/noscript>/.exec(page.text)?.[0] ?? '';
    expect(withoutScript).toContain('<a href="/openapi.json">');
    const assets = [...page.text.replace(withoutScript, '').matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, asset]) => asset as string,
    );
    expect(assets).toEqual(['data:,', '/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/docs/init.js']);
    for (const asset of assets.slice(1)) {
      const { status, headers, text } = await api.call('GET', asset);
      expect([status, text.length > 100]).toEqual([200, true]);
      expect(headers['content-type']).toMatch(/^text\/(css|javascript)/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('has no other files', async () => {
    for (const asset of ['package.json', '..%2fpackage.json', '__proto__', 'constructor', 'swagger-ui.js']) {
      expect((await api.call('GET', `/docs/${asset}`)).status).toBe(404);
    }
  });
});

describe('/docs in a browser', () => {
  it('shows every operation, without an error and without asking anybody else', { timeout: 60_000 }, async ({
    skip,
  }) => {
    if (noBrowser) return skip(noBrowser);
    const { table, clock, masterKey } = api.service;
    const server = await startLocalServer({
      table,
      clock,
      baseUrl: 'http://localhost:8787',
      rootKey: 'root_test',
      masterKey,
      port: 0,
      host: '127.0.0.1',
    });
    const browser = await aBrowser();
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      const elsewhere: string[] = [];
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('request', (request) => !request.url().startsWith(`${server.url}/`) && elsewhere.push(request.url()));
      await page.goto(`${server.url}/docs`);
      await page.waitForSelector('.opblock', { timeout: 30_000 });
      expect(await page.locator('.opblock').count()).toBe(routes.length);
      await page.locator('#operations-Creators-createCreator .opblock-summary-control').click();
      await page.waitForSelector('#operations-Creators-createCreator .opblock-body');
      expect(errors).toEqual([]);
      expect(elsewhere.filter((url) => !url.startsWith('data:'))).toEqual([]);
    } finally {
      await browser.close();
      await server.stop();
    }
  });
});
