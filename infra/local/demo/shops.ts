// The two shops of the demo: each signs its webhooks as its platform does.
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Clock } from '../../../lib/platform/clock.ts';
import type { DemoClient } from './client.ts';
import { uuidOf } from './shopify-parts.ts';

/** Sends one event; the same name again is the same event again. */
export type Send = (topic: string, name: string, body: unknown) => Promise<void>;

/** What the API says of a store that was just created. */
export interface CreatedStore {
  readonly id: string;
  readonly webhookUrl: string;
  readonly webhookSecret: string;
}

export const SHOPIFY_DOMAIN = 'alder-and-oak.myshopify.com';

/** Rails writes these characters of JSON escaped, which is why only the bytes as sent can be verified. */
const asRails = (body: unknown): string =>
  JSON.stringify(body).replace(/[&<>]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);

/** A Shopify shop: base64 HMAC-SHA256 over the body under the store's secret. */
export const shopifyShop = (client: DemoClient, store: CreatedStore, clock: Clock): Send => {
  const { pathname } = new URL(store.webhookUrl);
  return (topic, name, body) => {
    const raw = asRails(body);
    const headers = {
      'user-agent': 'Shopify-Captain-Hook',
      'x-shopify-topic': topic,
      'x-shopify-hmac-sha256': createHmac('sha256', store.webhookSecret).update(raw).digest('base64'),
      'x-shopify-shop-domain': SHOPIFY_DOMAIN,
      'x-shopify-api-version': '2026-01',
      'x-shopify-webhook-id': uuidOf(`delivery ${topic} ${name}`),
      'x-shopify-event-id': uuidOf(`event ${topic} ${name}`),
      'x-shopify-triggered-at': new Date(clock()).toISOString().replace('Z', '000000Z'),
    };
    return client.deliver(pathname, headers, raw);
  };
};

/** A shop of one's own: Standard Webhooks, whose timestamp must be within five minutes of the service's clock. */
export const standardShop = (client: DemoClient, store: CreatedStore, clock: Clock): Send => {
  const { pathname } = new URL(store.webhookUrl);
  const webhook = new Webhook(store.webhookSecret);
  return (topic, name, body) => {
    const id = `msg_${uuidOf(`${topic} ${name}`).replaceAll('-', '')}`;
    const raw = JSON.stringify(body);
    const signedAt = new Date(clock());
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(signedAt.getTime() / 1000)),
      'webhook-signature': webhook.sign(id, signedAt, raw),
    };
    return client.deliver(pathname, headers, raw);
  };
};
