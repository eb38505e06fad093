// Events of the `standard` platform and signed deliveries of them, written from docs/webhooks.md.
import { createHmac } from 'node:crypto';
import type { Delivery } from '../../../lib/connectors/connector.ts';

type Json = Record<string, unknown>;

export const STANDARD_SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
export const NOW = Date.parse('2026-11-20T10:00:05Z');

export const standardOrderData = (over: Json = {}): Json => ({
  externalId: '1001',
  name: '#1001',
  placedAt: '2026-11-20T09:59:00Z',
  updatedAt: '2026-11-20T09:59:30Z',
  currency: 'USD',
  itemsTotal: 12000,
  discounts: 1800,
  shipping: 500,
  tax: 900,
  units: 2,
  discountCodes: ['SARAH15'],
  clickId: 'clk_0123456789',
  lines: [
    { id: '1', sku: 'P-1', productId: 'p1', title: 'Protein', quantity: 2, price: 6000, discount: 1800, tax: 900 },
  ],
  customer: { id: 'c1', email: 'buyer@example.com' },
  ...over,
});

export const aStandardEvent = (type: string, data: Json, over: Json = {}): Json => ({
  type,
  timestamp: '2026-11-20T10:00:00Z',
  data,
  ...over,
});

/** A delivery signed the way the specification says; `seconds` is its timestamp. */
export const aStandardDelivery = (
  body: Json | string,
  { id = 'msg_1', seconds = NOW / 1000, secret = STANDARD_SECRET, headers = {} as Record<string, string> } = {},
): Delivery => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${text}`).digest('base64');
  return {
    raw: Buffer.from(text),
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': `v1,${signature}`,
      ...headers,
    },
  };
};
