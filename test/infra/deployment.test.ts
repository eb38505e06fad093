// What ships is what was tested: each bundle loaded as Lambda would, alone in a folder, under its own role's policies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUNCTION_NAMES, type FunctionName } from '../../infra/bundles.ts';
import type { Delivery } from '../../lib/connectors/connector.ts';
import type { MerchantData } from '../../lib/domain/entities.ts';
import { eventById, writeReading } from '../../lib/table/inbox.ts';
import { keys } from '../../lib/table/keys.ts';
import { recordById, replaceRecord } from '../../lib/table/records.ts';
import { enqueueRetry } from '../../lib/table/retry-queue.ts';
import { enqueueRollup } from '../../lib/table/rollup-queue.ts';
import { getItem, putItem } from '../../lib/table/table.ts';
import { aCampaign, type Campaign } from '../e2e/campaign.ts';
import { client, performanceOf, rollUp } from '../e2e/client.ts';
import { clickLine, customerLine, iso, orderLine, sendLines } from '../e2e/history.ts';
import { deliver, follow, standardDelivery, standardOrder } from '../e2e/shop.ts';
import { type Deployment, deploy } from '../support/deployment/deployment.ts';
import { isAllowed, policiesOf } from '../support/deployment/iam.ts';
import { filledIn, ofType } from '../support/deployment/template.ts';
import type { Json } from '../support/http.ts';
import { aRecord, stored } from '../support/records.ts';

let deployed: Deployment;
let campaign: Campaign;
let clickId: string | null;

/** As API Gateway sends it: every documented field, header names in lower case, cookies apart. */
const gatewayEvent = (routeKey: string, path: string, over: Json = {}): Json => ({
  version: '2.0',
  routeKey,
  rawPath: path,
  rawQueryString: '',
  headers: {
    accept: '*/*',
    'content-length': '0',
    host: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
    'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1',
    'x-amzn-trace-id': 'Root=1-6745c0de-0123456789abcdef01234567',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  },
  requestContext: {
    accountId: '123456789012',
    apiId: 'a1b2c3d4e5',
    domainName: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
    domainPrefix: 'a1b2c3d4e5',
    http: { method: routeKey.split(' ')[0], path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'x' },
    requestId: 'JKJaXmPLvHcESHA=',
    routeKey,
    stage: '$default',
    time: '20/Nov/2026:10:00:00 +0000',
    timeEpoch: 1_795_168_800_000,
  },
  isBase64Encoded: false,
  ...over,
});

beforeAll(async () => {
  deployed = await deploy();
  campaign = await aCampaign(deployed);
  clickId = (await follow(deployed.base, campaign.sarah.link.slug)).clickId;
}, 120_000);
afterAll(() => deployed?.close());

const sell = (id: number, over: Json = {}) =>
  deliver(
    deployed.base,
    campaign.storeId,
    standardDelivery('order.paid', standardOrder({ id, at: Date.now(), clickId, ...over })),
  );

describe('the bundles', () => {
  it('trace a sale from the click to the report', async () => {
    expect(clickId).toMatch(/^clk_/);
    expect((await sell(1)).json).toMatchObject({ state: 'applied' });
    const refund = { externalId: 'r1', orderExternalId: '1', amount: 4_000, refundedAt: new Date().toISOString() };
    const told = await deliver(deployed.base, campaign.storeId, standardDelivery('refund.created', refund));
    expect(told.json).toMatchObject({ state: 'applied' });
    await rollUp(campaign.api, campaign.today);
    const { data, reconciliation } = await performanceOf(campaign.api, campaign.today, campaign.today, 'creator');
    expect(data.find(({ creatorId }) => creatorId === campaign.sarah.id)).toMatchObject({
      clicks: 1,
      netRevenue: 6_000,
    });
    expect(reconciliation).toMatchObject({ credited: 6_000, unattributed: 0, storeNetRevenue: 6_000 });
  });

  it('answer events as API Gateway sends them', async () => {
    const { slug } = campaign.mike.link;
    const probe = gatewayEvent('HEAD /{slug}', `/${slug}`, { pathParameters: { slug } });
    expect(await deployed.invoke('redirect', probe)).toMatchObject({ statusCode: 302 });
    const health = await deployed.invoke('api', gatewayEvent('GET /health', '/health'));
    expect([health.statusCode, health.body]).toEqual([200, '{"status":"ok"}']);
    const nowhere = await deployed.invoke('api', gatewayEvent('$default', '/no/such/place'));
    expect([nowhere.statusCode, nowhere.headers['content-type']]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
    const ping = gatewayEvent('POST /webhooks/{storeId}', `/webhooks/${campaign.storeId}`, {
      pathParameters: { storeId: campaign.storeId },
      body: Buffer.from('webhook_id=1').toString('base64'),
      isBase64Encoded: true,
    });
    expect((await deployed.invoke('webhook', ping)).statusCode).toBe(401);
  });

  it('serve the browser script, and take what it tells of a visit', async () => {
    const anyone = client(deployed.base);
    const script = await anyone('GET', '/t.js');
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    const batch = { merchant: campaign.merchantId, click: clickId, events: [{ type: 'visit' }] };
    const headers = { origin: 'https://shop.example.com', 'content-type': 'text/plain;charset=UTF-8' };
    expect((await anyone('POST', '/e', JSON.stringify(batch), headers)).status).toBe(204);
    const { json } = await campaign.api('GET', `/v1/visits?day=${campaign.today}`);
    expect(json).toMatchObject({ data: [{ linkId: campaign.sarah.link.id, visits: 1, bounces: 1 }] });
  });

  it("serve what is no click: pictures, files, a creator's page, and where a merchant's domain leads", async () => {
    const { api, sarah } = campaign;
    const anyone = client(deployed.base);
    const icon = await anyone('GET', '/favicon.ico');
    expect([icon.status, icon.headers.get('content-type')]).toEqual([200, 'image/vnd.microsoft.icon']);
    const drawn = await api('GET', `/v1/links/${sarah.link.id}/qr?format=png`);
    expect([drawn.status, drawn.headers.get('content-type')]).toEqual([200, 'image/png']);
    const links = [{ linkId: sarah.link.id, title: 'The shop' }];
    expect((await api('POST', '/v1/bio-pages', { creatorId: sarah.id, handle: 'sarah', links })).status).toBe(201);
    const page = await anyone('GET', '/@sarah');
    expect([page.status, page.text]).toEqual([200, expect.stringContaining(`<a href="/${sarah.link.slug}"`)]);
    const fallbackUrl = 'https://shop.example.com/all';
    expect((await api('POST', '/v1/domains', { domain: 'go.brand.com', fallbackUrl })).status).toBe(201);
    const event = gatewayEvent('GET /{slug}', '/nope', { pathParameters: { slug: 'nope' } });
    const there = { ...event, requestContext: { ...event.requestContext, domainName: 'go.brand.com' } };
    expect((await deployed.invoke('redirect', there)).headers.location).toBe(fallbackUrl);
    expect((await deployed.invoke('redirect', event)).statusCode).toBe(404);
  });

  it('bring the reference page with them', async () => {
    const anyone = client(deployed.base);
    for (const [path, type] of [
      ['/docs', 'text/html'],
      ['/docs/swagger-ui.css', 'text/css'],
      ['/docs/swagger-ui-bundle.js', 'text/javascript'],
      ['/openapi.json', 'application/json'],
    ] as const) {
      const reply = await anyone('GET', path);
      expect([path, reply.status, reply.headers.get('content-type')?.split(';')[0]]).toEqual([path, 200, type]);
      expect(reply.text.length).toBeGreaterThan(100);
    }
  });

  it('take a history in, whose clicks lead to its orders', async () => {
    const { api, storeId, mike } = campaign;
    const at = Date.now() - 3 * 86_400_000;
    const click = { ...clickLine(41, 42, at, mike.link.slug), at: iso(at) };
    expect(await sendLines(api, 'clicks', [click])).toMatchObject({ accepted: 1 });
    const orders = [41, 42].map((number) => ({ ...orderLine(number, 42, at, storeId), placedAt: iso(at + 60_000) }));
    expect(await sendLines(api, 'orders', orders)).toMatchObject({ accepted: 2 });
    expect(await sendLines(api, 'orders', orders)).toMatchObject({ duplicates: 2 });
    expect(await sendLines(api, 'customers', [customerLine(1, at)])).toMatchObject({ accepted: 1 });
    const [order] = (await api<{ data: { id: string }[] }>('GET', '/v1/orders?name=%2341')).json.data;
    const { json } = await api<{ touches: unknown[] }>('GET', `/v1/orders/${order?.id}/attribution`);
    expect(json.touches).toMatchObject([{ linkId: mike.link.id, accepted: true }]);
  });

  it('close the night in runs that are handed the merchants whose day has ended', async () => {
    const merchant = await recordById<MerchantData>(deployed.table, campaign.merchantId);
    if (!merchant) throw new Error('there is no merchant');
    // As if it had been there for two days.
    await replaceRecord(deployed.table, { ...merchant, createdAt: merchant.createdAt - 2 * 86_400_000 });
    const before = deployed.calls.length;
    await deployed.invoke('rollup', {});
    await deployed.settled();
    expect(deployed.failures).toEqual([]);
    expect(deployed.outputOf('rollup')).toContain('"MerchantsLate":');
    const handed = deployed.calls.slice(before).filter(({ action }) => action === 'lambda:InvokeFunction');
    expect(handed.map(({ caller, resource }) => [caller, resource.split(':').at(-1)])).toEqual([
      [deployed.idOf('rollup'), deployed.idOf('rollup')],
    ]);
    const closed = await recordById<MerchantData>(deployed.table, campaign.merchantId);
    expect(closed?.data.closedThrough).not.toBeNull();
  });

  it('hand a roll-up over again that nobody finished', async () => {
    const data = { from: campaign.today, to: campaign.today, state: 'queued', daysDone: 0 };
    const long = { merchantId: campaign.merchantId, createdAt: Date.now() - 300_000, updatedAt: Date.now() - 300_000 };
    const { id } = await stored(deployed.table, aRecord('rollup', data, long));
    await enqueueRollup(deployed.table, id, long.createdAt);
    await deployed.invoke('sweep', {});
    await deployed.settled();
    expect((await campaign.api('GET', `/v1/rollups/${id}`)).json).toMatchObject({ state: 'done' });
  });

  it('keep a click that the table does not take until it does', async () => {
    const { slug } = campaign.mike.link;
    await follow(deployed.base, slug);
    deployed.refuses = () => true;
    const away = await follow(deployed.base, slug);
    deployed.refuses = () => false;
    expect([away.status, away.location?.host]).toEqual([302, 'shop.example.com']);
    expect(away.clickId).toMatch(/^clk_/);
    expect(deployed.clicks.bodies()).toHaveLength(1);
    expect(deployed.outputOf('redirect')).toContain('"ClicksQueued":1');
    await deployed.invoke('sweep', {});
    expect(deployed.clicks.bodies()).toEqual([]);
    await sell(2, { clickId: away.clickId });
    await rollUp(campaign.api, campaign.today);
    const { data } = await performanceOf(campaign.api, campaign.today, campaign.today, 'creator');
    expect(data.find(({ creatorId }) => creatorId === campaign.mike.id)).toMatchObject({ orders: 1 });
  });

  it('redirect, and keep the click, while the table never answers', async () => {
    const { slug } = campaign.mike.link;
    await follow(deployed.base, slug);
    deployed.refuses = () => 'never answers';
    // On a busy machine the queue may not be in time for the first: that shopper goes on without the id of a click.
    let kept = false;
    for (let attempt = 0; attempt < 20 && !kept; attempt++) {
      const away = await follow(deployed.base, slug);
      expect([away.status, away.location?.host]).toEqual([302, 'shop.example.com']);
      kept = away.location?.searchParams.has('trb_click') ?? false;
    }
    deployed.refuses = () => false;
    expect(kept).toBe(true);
    expect(deployed.clicks.bodies().length).toBeGreaterThan(0);
    await deployed.invoke('sweep', {});
    expect(deployed.clicks.bodies()).toEqual([]);
  });

  /** Told while an order's partition can't be read: kept and not applied. Gives the events' ids. */
  const leftUnapplied = async (...deliveries: Delivery[]): Promise<string[]> => {
    deployed.refuses = ({ operation, body }) => operation === 'Query' && body.includes('"ORD#');
    const told = [];
    for (const delivery of deliveries) told.push(await deliver(deployed.base, campaign.storeId, delivery));
    deployed.refuses = () => false;
    expect(told.map(({ status, json }) => [status, json.state])).toEqual(told.map(() => [200, 'received']));
    return told.map(({ json }) => json.id);
  };
  const stateOf = async (id: string) => (await campaign.api('GET', `/v1/webhook-events/${id}`)).json.state;

  it('apply what was kept and not applied, by the sweep or by hand', async () => {
    const order = (version: number) => {
      const [placed, updated] = [Date.now() - version * 60_000, Date.now() + version * 1_000];
      return standardOrder({ id: 3, at: placed, clickId }, { updatedAt: new Date(updated).toISOString() });
    };
    const refund = (id: string) => ({
      externalId: id,
      orderExternalId: '3',
      amount: 1_000,
      refundedAt: new Date().toISOString(),
    });
    // Told once more as placed at another time, the order moves under its customer; each gives part of it back.
    await deliver(deployed.base, campaign.storeId, standardDelivery('order.paid', order(1)));
    await deliver(deployed.base, campaign.storeId, standardDelivery('order.updated', order(2)));
    const [moved = '', swept = ''] = await leftUnapplied(
      standardDelivery('order.updated', order(3)),
      standardDelivery('refund.created', refund('r31')),
    );
    const event = await eventById(deployed.table, moved);
    // As if its writer had died two minutes ago: the sweep leaves younger ones to theirs.
    const left = event && { ...event, state: 'received' as const, receivedAt: event.receivedAt - 120_000 };
    if (left) await writeReading(deployed.table, left);
    // As if it had failed a minute ago.
    expect(await stateOf(swept)).toBe('failed');
    await enqueueRetry(deployed.table, { eventId: swept, failures: 1, dueAt: Date.now() });
    await deployed.invoke('sweep', {});
    expect([await stateOf(moved), await stateOf(swept)]).toEqual(['applied', 'applied']);
    const [byHand = ''] = await leftUnapplied(standardDelivery('refund.created', refund('r32')));
    expect(await campaign.api('POST', `/v1/webhook-events/${byHand}/replay`)).toMatchObject({ status: 200 });
    expect(await stateOf(byHand)).toBe('applied');
    const [together = ''] = await leftUnapplied(standardDelivery('refund.created', refund('r33')));
    const replayed = await campaign.api('POST', '/v1/webhook-events/replay', { reason: 'could_not_be_applied' });
    expect(replayed.json).toMatchObject({ applied: 1, data: [{ id: together, state: 'applied' }] });
    expect(deployed.outputOf('webhook')).toContain('"WebhooksFailed":1');
  });

  it('take an order that is entered by hand, and its cancellation', async () => {
    const order = { placedAt: new Date().toISOString(), currency: 'USD', itemsTotal: 1_000 };
    const sent = { ...order, storeId: campaign.storeId, reason: 'Sold at the fair' };
    const { status, json } = await campaign.api('POST', '/v1/orders', sent);
    expect([status, json.state, json.tags]).toEqual([201, 'paid', ['manual']]);
    const cancelled = await campaign.api('POST', `/v1/orders/${json.id}/cancel`, { reason: 'Entered twice' });
    expect([cancelled.status, cancelled.json.state]).toEqual([200, 'cancelled']);
  });

  it('erase a customer, begun by the API and ended by the sweep', async () => {
    const customer = { email: 'erase.me@example.com', id: 'c-erased' };
    const order = standardOrder({ id: 7, at: Date.now(), clickId }, { customer });
    await deliver(deployed.base, campaign.storeId, standardDelivery('order.paid', order));
    deployed.refuses = ({ operation, body }) => operation === 'Query' && body.includes('"CUS#');
    const asked = await campaign.api('POST', '/v1/erasures', { email: customer.email });
    deployed.refuses = () => false;
    expect([asked.status, asked.json.state]).toEqual([202, 'running']);
    const queued = await getItem(deployed.table, keys.queuedErasure(String(asked.json.id)));
    // As if its request had died a minute ago: the sweep leaves younger ones to theirs.
    if (queued) await putItem(deployed.table, { ...queued, dueAt: 0 });
    await deployed.invoke('sweep', {});
    const { json } = await campaign.api('GET', `/v1/erasures/${asked.json.id}`);
    expect(json).toMatchObject({ state: 'done', removed: { orders: 1, bodies: 1 } });
  });

  it('refuse a slug that is taken, and let go of the name that came with it', async () => {
    const { slug } = campaign.sarah.link;
    const link = { externalId: 'twice', creatorId: campaign.mike.id, campaignId: campaign.id, slug };
    expect((await campaign.api('POST', '/v1/links', link)).status).toBe(409);
    expect((await campaign.api('POST', '/v1/links', { ...link, slug: 'another-slug' })).status).toBe(201);
  });

  it('leave a message that is no click in the queue, for the dead letters', async () => {
    deployed.clicks.put('{"merchantId": 1}');
    await deployed.invoke('sweep', {});
    expect(deployed.clicks.bodies()).toHaveLength(1);
    expect(deployed.outputOf('sweep')).toContain('left click not stored');
  });

  it('count a webhook whose signature does not hold', async () => {
    const delivery = standardDelivery('order.paid', standardOrder({ id: 9, at: Date.now() }));
    const forged = { ...delivery, headers: { ...delivery.headers, 'webhook-signature': `v1,${'A'.repeat(43)}=` } };
    expect((await deliver(deployed.base, campaign.storeId, forged)).status).toBe(401);
    const line = deployed
      .outputOf('webhook')
      .split('\n')
      .find((text) => text.includes('WebhooksRefused'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      service: 'webhook',
      WebhooksRefused: 1,
      _aws: { CloudWatchMetrics: [{ Namespace: 'Tributary', Dimensions: [['service']] }] },
    });
  });

  it('log no secret, no address and nobody', () => {
    for (const name of FUNCTION_NAMES) {
      const output = deployed.outputOf(name);
      for (const secret of [deployed.rootKey, campaign.apiKey, '203.0.113.7', 'iPhone', '@example.com']) {
        expect(output).not.toContain(secret);
      }
    }
  });
});

/** What Lambda does in a role's name when a run that nobody waits for has failed. */
const LAMBDAS_OWN = ['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'];

describe('the policies', () => {
  const policies = (name: FunctionName) => policiesOf(deployed.template, deployed.idOf(name), deployed.values);
  const table = () => deployed.values(`${ofType(deployed.template, 'AWS::DynamoDB::Table')[0]?.[0]}.Arn`);

  it('allow every call that the functions make', () => {
    expect(deployed.calls.filter(({ allowed }) => !allowed)).toEqual([]);
    expect(new Set(deployed.calls.map(({ caller }) => caller)).size).toBe(FUNCTION_NAMES.length);
  });

  it.each([
    ['redirect', 'dynamodb:PutItem', 'ORD#ord_1'],
    ['redirect', 'dynamodb:PutItem', 'LNK#~#sarah'],
    ['redirect', 'dynamodb:BatchWriteItem', 'ENT#mer_1'],
    ['redirect', 'dynamodb:GetItem', 'KEY#0'],
    ['redirect', 'dynamodb:GetItem', 'ENT#sto_1'],
    ['redirect', 'dynamodb:PutItem', 'BIO#~#sarah'],
    ['redirect', 'dynamodb:PutItem', 'DOM#go.brand.com'],
    ['redirect', 'dynamodb:Query', 'CLK#mer_1#2026-11-20#00'],
    ['redirect', 'dynamodb:DeleteItem', 'CLK#mer_1#2026-11-20#00'],
    ['redirect', 'dynamodb:Query', 'VST#mer_1#2026-11-20#00'],
    ['redirect', 'dynamodb:PutItem', 'DRT#0'],
    ['webhook', 'dynamodb:Scan', null],
    ['api', 'dynamodb:Scan', null],
    ['api', 'dynamodb:DeleteTable', null],
    ['api', 'dynamodb:UpdateItem', 'ORD#ord_1'],
    ['rollup', 'dynamodb:Scan', null],
    ['sweep', 'dynamodb:Scan', null],
  ] as const)('let %s not do %s on %s', async (name, action, key) => {
    const context: Record<string, string[]> = key === null ? {} : { 'dynamodb:LeadingKeys': [key] };
    expect(await isAllowed(policies(name), { action, resource: table(), context })).toBe(false);
  });

  it('let no function read the secret of another', async () => {
    const secrets = ofType(deployed.template, 'AWS::SecretsManager::Secret').map(([id]) => id);
    const readable = await Promise.all(
      FUNCTION_NAMES.map(async (name) => {
        const allowed: string[] = [];
        for (const id of secrets) {
          const call = { action: 'secretsmanager:GetSecretValue', resource: deployed.values(id), context: {} };
          if (await isAllowed(policies(name), call)) allowed.push(id.replace(/[0-9A-F]{8}$/, ''));
        }
        return [name, allowed.toSorted()];
      }),
    );
    expect(Object.fromEntries(readable)).toEqual({
      redirect: ['EncryptionKey'],
      webhook: ['EncryptionKey'],
      api: ['EncryptionKey', 'RootKey'],
      rollup: ['EncryptionKey'],
      sweep: ['EncryptionKey'],
    });
  });

  it('give no function anything that its code has no call for', () => {
    const granted = (name: FunctionName) =>
      policies(name)
        .policies.flatMap(({ policy }) => policy.Statement)
        .flatMap(({ Action }: Json) => [Action].flat() as string[])
        // Its log is written, and its dead letters are sent, by Lambda itself; KMS is asked by DynamoDB.
        .filter((action) => !action.startsWith('logs:') && !LAMBDAS_OWN.includes(action));
    const made = (name: FunctionName) =>
      new Set(deployed.calls.filter(({ caller }) => caller === deployed.idOf(name)).map(({ action }) => action));
    const unused = FUNCTION_NAMES.map((name) => [name, granted(name).filter((action) => !made(name).has(action))]);
    expect(unused.filter(([, actions]) => actions?.length)).toEqual([]);
  });
});

describe('the environment', () => {
  it('of each function names only what is there', () => {
    for (const [, { Properties }] of ofType(deployed.template, 'AWS::Lambda::Function')) {
      const variables = filledIn(Properties.Environment.Variables, deployed.values);
      for (const value of Object.values(variables)) expect(value).toEqual(expect.stringMatching(/\S/));
    }
  });
});
