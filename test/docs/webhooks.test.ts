// docs/webhooks.md, done as it says: its example is run, its events are sent, and it names every field that is read.
import { execFile } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { type LocalServer, startLocalServer } from '../../infra/local/server.ts';
import { cancellationData, orderData, refundData } from '../../lib/connectors/standard-shapes.ts';
import { orderShape as wooOrder } from '../../lib/connectors/woocommerce-shapes.ts';
import { systemClock } from '../../lib/platform/clock.ts';

type Json = ReturnType<typeof JSON.parse>;

const page = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');

const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text as string);

let engine: Engine;
let server: LocalServer;
let key: string;
let store: { readonly webhookUrl: string; readonly webhookSecret: string };

const call = async (method: string, path: string, bearer: string, body?: unknown): Promise<Json> => {
  const answer = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return answer.json();
};

const onlyOrder = async (externalId: string): Promise<Json> => {
  const { data } = await call('GET', '/v1/orders', key);
  return data.find((order: Json) => order.externalId === externalId);
};

beforeAll(async () => {
  engine = await startEngine();
  const masterKey = { version: 1, key: Buffer.alloc(32, 1) };
  const options = { table: engine.table, clock: systemClock, rootKey: 'root_docs', masterKey };
  server = await startLocalServer({ ...options, port: 0, host: '127.0.0.1' });
  const merchant = { name: 'A', currency: 'USD', timeZone: 'UTC', allowedHosts: ['shop.example.com'] };
  key = (await call('POST', '/v1/merchants', 'root_docs', merchant)).apiKey;
  store = await call('POST', '/v1/stores', key, { platform: 'standard', domain: 'shop.example.com' });
});
afterAll(async () => {
  await server.stop();
  await engine.close();
});

describe('the example', () => {
  const run = async (secret: string): Promise<string> => {
    const [code = ''] = blocks('js');
    const env = { ...process.env, WEBHOOK_URL: store.webhookUrl, WEBHOOK_SECRET: secret };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { env });
    return stdout;
  };

  it('sends an order that is applied', async () => {
    expect(await run(store.webhookSecret)).toMatch(/^200 \{"id":"evt_\S+","state":"applied"\}\n$/);
    expect(await onlyOrder('1001')).toMatchObject({ state: 'paid', netRevenue: 10200 });
  });

  it('is refused with another secret', async () => {
    expect(await run(`whsec_${randomUUID()}`)).toMatch(/^401 /);
  });

  it('is as short as it says it can be', () => {
    expect(blocks('js')).toHaveLength(1);
    expect(blocks('js')[0]?.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  });
});

/** Sends a text as it is, signed. */
const deliver = async (body: string): Promise<string> => {
  const id = randomUUID();
  const at = Math.floor(Date.now() / 1000);
  const secret = Buffer.from(store.webhookSecret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', secret).update(`${id}.${at}.${body}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': `v1,${signature}`,
  };
  const answer = await fetch(store.webhookUrl, { method: 'POST', headers, body });
  return ((await answer.json()) as { state: string }).state;
};

describe('the events shown', () => {
  const events = blocks('json').map((text) => text.replaceAll('"1001"', '"2002"'));

  it('are one of each kind, with every field that is read', () => {
    const [order, cancellation, refund] = events.map((text) => JSON.parse(text).data);
    expect(events.map((text) => JSON.parse(text).type)).toEqual(['order.paid', 'order.cancelled', 'refund.created']);
    const fieldsOf = (shape: object) => Object.keys(shape).sort();
    expect(Object.keys(order).sort()).toEqual(fieldsOf(orderData.shape));
    expect(Object.keys(order.lines[0]).sort()).toEqual(fieldsOf(orderData.shape.lines.unwrap().unwrap().element.shape));
    expect(Object.keys(cancellation).sort()).toEqual(fieldsOf(cancellationData.shape));
    expect(Object.keys(refund).sort()).toEqual(fieldsOf(refundData.shape));
  });

  it('are applied as they stand, the refund first', async () => {
    const [order = '', cancellation = '', refund = ''] = events;
    for (const event of [refund, order]) expect(await deliver(event)).toBe('applied');
    expect(await onlyOrder('2002')).toMatchObject({ state: 'paid', refunds: 5100, netRevenue: 12000 - 1800 - 5100 });
    expect(await deliver(cancellation)).toBe('applied');
    expect(await onlyOrder('2002')).toMatchObject({ state: 'cancelled' });
  });
});

describe('the tables', () => {
  /** The names in the first column of the page's tables, and whether the row says they are required. */
  const rows = [...page.matchAll(/^\| (`[^|]*`) \| ([^|]*) \|/gm)].flatMap(([, names = '', fallback = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => ({ name, required: fallback.startsWith('**required**') })),
  );
  const required = (schema: z.ZodObject): string[] =>
    Object.entries(schema.shape).flatMap(([name, field]) => (field.safeParse(undefined).success ? [] : [name]));

  it('explain every field, and say which are required', () => {
    for (const schema of [orderData, refundData]) {
      const names = rows.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(Object.keys(schema.shape)));
      const said = rows.flatMap((row) => (row.required ? [row.name] : []));
      expect(said).toEqual(expect.arrayContaining(required(schema as z.ZodObject)));
    }
    const optional = rows.filter((row) => row.required).map(({ name }) => name);
    expect([...new Set(optional)].sort()).toEqual(
      ['amount', 'currency', 'externalId', 'itemsTotal', 'orderExternalId', 'placedAt', 'price', 'quantity'].sort(),
    );
  });
});

describe('the section on WooCommerce', () => {
  it('names every field of an order that is read', () => {
    const section = page.slice(page.indexOf('## WooCommerce'));
    const named = new Set([...section.matchAll(/`([\w.]+)`/g)].flatMap(([, name = '']) => name.split('.')));
    const read = [wooOrder, wooOrder.shape.line_items.element].flatMap(({ shape }) => Object.keys(shape));
    expect(read.filter((name) => !named.has(name))).toEqual([]);
  });
});
