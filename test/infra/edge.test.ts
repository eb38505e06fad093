// CloudFront before the redirect's own URL: what is deployed, and a shopper's request on its way through all of it.
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiPatterns } from '../../infra/edge.ts';
import { routes } from '../../lib/contracts/routes.ts';
import type { GatewayEvent } from '../../lib/http/request.ts';
import { ofType, synthesised, type Template } from '../support/deployment/template.ts';
import { type Answered, answeredOf, type Json, type TestApi, testApi } from '../support/http.ts';
import { aCreator, aLink, aMerchant, itemsIn, type Owner, PHONE } from '../support/world.ts';

const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-1111-2222-333344445555';
const OWN = 'go.brand.com';
const OTHER = 'go.other.com';

let template: Template;
beforeAll(() => {
  ({ template } = synthesised({
    ...{ edge: 'cloudfront', domainName: OWN, certificateArn, hostedZoneId: 'Z1', hostedZoneName: 'brand.com' },
    domains: [{ domainName: OTHER, certificateArn }],
  }));
});

const all = (type: string): Json[] => ofType(template, type).map(([, { Properties }]) => Properties);
const distributions = (): Json[] =>
  all('AWS::CloudFront::Distribution').map(({ DistributionConfig }) => DistributionConfig);

/** Whether a pattern of CloudFront's takes a path. */
const takes = (pattern: string, path: string): boolean =>
  pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;

describe('what is deployed', () => {
  it('is no part of a deployment that does not ask for it', () => {
    const plain = Object.values(synthesised().template.Resources).map(({ Type }) => Type);
    expect(plain.filter((type) => /CloudFront|Lambda::Url/.test(type))).toEqual([]);
  });

  it('lets nobody but its distributions ask the URL of the function', () => {
    expect(all('AWS::Lambda::Url')).toMatchObject([{ AuthType: 'AWS_IAM' }]);
    const ids = ofType(template, 'AWS::CloudFront::Distribution').map(([id]) => id);
    for (const Action of ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']) {
      const may = all('AWS::Lambda::Permission').filter(
        (one) => one.Action === Action && one.Principal === 'cloudfront.amazonaws.com',
      );
      expect(may.map(({ SourceArn }) => /"Ref":"(Edge\w+)"/.exec(JSON.stringify(SourceArn))?.[1])).toEqual(ids);
      if (Action === 'lambda:InvokeFunction') for (const one of may) expect(one.InvokedViaFunctionUrl).toBe(true);
    }
    const [access, ...more] = all('AWS::CloudFront::OriginAccessControl');
    expect(more).toEqual([]);
    expect(access?.OriginAccessControlConfig).toMatchObject({
      OriginAccessControlOriginType: 'lambda',
      SigningBehavior: 'always',
    });
    for (const { Origins } of distributions()) {
      const signed = Origins.filter(({ OriginAccessControlId }: Json) => OriginAccessControlId !== undefined);
      expect(signed).toHaveLength(1);
    }
  });

  it('has one name and certificate to each distribution, and tells where names point', () => {
    expect(distributions().map(({ Aliases }) => Aliases)).toEqual([[OWN], [OTHER]]);
    for (const { ViewerCertificate } of distributions()) {
      expect(ViewerCertificate).toMatchObject({ AcmCertificateArn: certificateArn, SslSupportMethod: 'sni-only' });
      expect(ViewerCertificate.MinimumProtocolVersion).toMatch(/^TLSv1\.[23]/);
    }
    expect(all('AWS::Route53::RecordSet').map(({ Name, Type }) => [Name, Type])).toEqual([
      [`${OWN}.`, 'A'],
      [`${OWN}.`, 'AAAA'],
    ]);
    expect(Object.keys(template.Outputs)).toEqual(
      expect.arrayContaining(['DomainTarget', 'DomainTargetgoDototherDotcom']),
    );
    expect(all('AWS::ApiGatewayV2::DomainName')).toEqual([]);
    // CloudFront asks by the name that API Gateway made up.
    expect(all('AWS::ApiGatewayV2::Api')[0]?.DisableExecuteApiEndpoint).toBe(false);
  });

  it('keeps nothing of links, and no log of who followed them', () => {
    for (const { DefaultCacheBehavior, Logging } of distributions()) {
      expect(DefaultCacheBehavior.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
      expect(DefaultCacheBehavior.AllowedMethods).toEqual(['GET', 'HEAD']);
      expect(Logging).toBeUndefined();
    }
  });

  it('sends each route where it is served, and none with a body to the URL', () => {
    for (const { method, path, serves } of routes) {
      const asked = path.replace(/\{[^}]+\}/g, 'x');
      const toApi = apiPatterns().some((pattern) => takes(pattern, asked));
      expect([method, path, toApi]).toEqual([method, path, serves !== 'redirect' || method === 'POST']);
    }
    for (const { CacheBehaviors } of distributions()) {
      expect(CacheBehaviors.map(({ PathPattern }: Json) => PathPattern)).toEqual([...apiPatterns(), '/t.js']);
    }
  });
});

describe('a request for a link', () => {
  let api: TestApi;
  let owner: Owner;
  let link: Json;
  beforeAll(async () => {
    api = await testApi();
    owner = await aMerchant(api);
    await owner.make('/v1/domains', { domain: OTHER });
    const sarah = await aCreator(owner);
    await aLink(owner, sarah, { slug: 'summer', destinationUrl: 'https://shop.example.com/own' });
    link = await aLink(owner, sarah, {
      ...{ slug: 'summer', domain: OTHER, destinationUrl: 'https://shop.example.com/all' },
      destinations: [{ countries: ['DE'], url: 'https://shop.example.com/de' }],
    });
  });
  afterAll(() => api.close());

  const EDGE = '130.176.27.160';
  const SHOPPER = '203.0.113.77';

  /** What CloudFront makes of a viewer's request: its function is run, and of the headers those of its policy go on. */
  const through = (
    headers: Record<string, string>,
    path = '/summer',
    cookies: readonly string[] = [],
  ): GatewayEvent => {
    const code =
      template.Resources[ofType(template, 'AWS::CloudFront::Function')[0]?.[0] as string]?.Properties.FunctionCode;
    const [policy] = all('AWS::CloudFront::OriginRequestPolicy');
    const { HeadersConfig, CookiesConfig } = policy?.OriginRequestPolicyConfig ?? {};
    const viewer = {
      version: '1.0',
      context: { eventType: 'viewer-request' },
      viewer: { ip: SHOPPER },
      request: {
        ...{ method: 'GET', uri: path, querystring: {}, cookies: {} },
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }])),
      },
    };
    const request = runInNewContext(`${code}; handler(event)`, { event: viewer }) as Json;
    expect(HeadersConfig.Headers.length).toBeLessThanOrEqual(10);
    const passed = HeadersConfig.Headers.map((name: string) => name.toLowerCase())
      .filter((name: string) => request.headers[name])
      .map((name: string) => [name, request.headers[name].value]);
    const domainName = 'abc123.lambda-url.eu-central-1.on.aws';
    return {
      ...{ version: '2.0', routeKey: '$default', rawPath: request.uri, rawQueryString: '', isBase64Encoded: false },
      cookies: cookies.filter((cookie) => CookiesConfig.Cookies.includes(cookie.split('=')[0])),
      headers: {
        ...Object.fromEntries(passed),
        ...{ host: domainName, 'x-forwarded-for': `${SHOPPER}, ${EDGE}`, 'cloudfront-viewer-country': 'DE' },
      },
      requestContext: { domainName, requestId: 'edge', stage: '$default', http: { method: 'GET', sourceIp: EDGE } },
    };
  };
  const answered = async (event: GatewayEvent): Promise<Answered> =>
    answeredOf(await api.handlers.redirect(event, undefined as never));
  const led = (answer: Answered) => answer.headers.location?.split('?')[0];
  const hits = async (): Promise<Json[]> =>
    (await itemsIn(api)).filter(({ pk, l }) => pk.startsWith('CLK#') && l === link.id);

  it('is known by the name it was made to, and by its country', async () => {
    expect(led(await answered(through({ host: OTHER, 'user-agent': PHONE })))).toBe('https://shop.example.com/de');
    expect(led(await answered(through({ host: OWN, 'user-agent': PHONE })))).toBe('https://shop.example.com/own');
    expect(led(await answered(through({ host: OTHER, 'user-agent': PHONE }, '/summer/')))).toBe(
      'https://shop.example.com/de',
    );
  });

  it('keeps all a click is made of', async () => {
    const before = (await hits()).length;
    const { cookies } = await answered(
      through({
        ...{ host: OTHER, 'user-agent': PHONE, referer: 'https://l.instagram.com/x', 'accept-language': 'de-DE,de' },
        ...{ 'x-moz': 'prefetch' },
      }),
    );
    const visitor = cookies[0]?.split(';')[0] as string;
    api.clock.advance(1);
    await answered(through({ host: OTHER, 'user-agent': PHONE }, '/summer', ['other=1', visitor]));
    const found = (await hits()).slice();
    expect(found).toHaveLength(before + 2);
    expect(found).toContainEqual(
      expect.objectContaining({ u: PHONE, r: 'l.instagram.com', c: 'DE', p: 'prefetch', g: 'de' }),
    );
    expect(new Set(found.map(({ sk }) => sk.split('#')[0])).size).toBeLessThan(found.length);
    expect(JSON.stringify(found)).not.toMatch(new RegExp(`${SHOPPER}|${EDGE}`));
  });

  it.each(['dnt', 'sec-gpc'])('of somebody who asks by %s not to be tracked is not', async (header) => {
    const answer = await answered(through({ host: OTHER, 'user-agent': PHONE, [header]: '1' }));
    expect(answer.cookies).toEqual([]);
    expect(answer.headers.location).not.toContain('trb_click');
  });

  it('is not taken for one of another name by who asks API Gateway', async () => {
    const event = through({ host: OTHER, 'user-agent': PHONE });
    const domainName = 'a1b2c3.execute-api.eu-central-1.amazonaws.com';
    const direct = { ...event, requestContext: { ...event.requestContext, domainName } };
    expect(led(await answered(direct))).toBe('https://shop.example.com/own');
  });

  it('again without a cookie is a repeat, whichever of CloudFront’s machines it came by', async () => {
    const agent = `${PHONE} Repeats/1`;
    const once = through({ host: OTHER, 'user-agent': agent });
    const again = {
      ...once,
      headers: { ...once.headers, 'x-forwarded-for': `${SHOPPER}, 130.176.27.161` },
      requestContext: {
        ...once.requestContext,
        http: { method: 'GET', sourceIp: '130.176.27.161' },
      },
    };
    await answered(once);
    await answered(again);
    const found = (await hits()).filter(({ u }) => u === agent);
    expect(found.map(({ d }) => d).sort()).toEqual([1, undefined]);
  });

  it('runs what the file says', () => {
    const [made] = all('AWS::CloudFront::Function');
    expect(made?.FunctionCode).toBe(readFileSync(new URL('../../infra/edge-request.js', import.meta.url), 'utf8'));
    expect(made?.FunctionConfig.Runtime).toBe('cloudfront-js-2.0');
    expect(made?.FunctionCode.length).toBeLessThan(10_240);
  });
});
