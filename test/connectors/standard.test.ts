// The `standard` platform's deliveries: signatures by the Standard Webhooks specification, and which event each is.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { connectorFor } from '../../lib/connectors/platforms.ts';
import { shopify } from '../../lib/connectors/shopify.ts';
import { standard } from '../../lib/connectors/standard.ts';
import {
  aStandardDelivery,
  aStandardEvent,
  NOW,
  STANDARD_SECRET,
  standardOrderData,
} from '../support/payloads/standard.ts';

describe('the signature', () => {
  const body = aStandardEvent('order.paid', standardOrderData());
  const delivery = aStandardDelivery(body);
  const withHeaders = (headers: Record<string, string | undefined>) => ({
    ...delivery,
    headers: { ...delivery.headers, ...headers },
  });

  it('holds under any one of several secrets', () => {
    expect(standard.verify(delivery, [STANDARD_SECRET], NOW)).toBe(true);
    expect(standard.verify(delivery, [`whsec_${'QUJD'.repeat(8)}`, STANDARD_SECRET], NOW)).toBe(true);
    expect(standard.verify(delivery, [`whsec_${'QUJD'.repeat(8)}`], NOW)).toBe(false);
  });

  it('may be one of several, as while a sender rotates its key', () => {
    const several = `v1a,AAAA v1,${'A'.repeat(43)}= ${delivery.headers['webhook-signature']}`;
    expect(standard.verify(withHeaders({ 'webhook-signature': several }), [STANDARD_SECRET], NOW)).toBe(true);
  });

  it('never throws on a secret that is none', () => {
    expect(standard.verify(delivery, ['', 'whsec_', 'whsec_%%%', 'plain text', '\u0000'], NOW)).toBe(false);
    expect(standard.verify(delivery, ['whsec_%%%', STANDARD_SECRET], NOW)).toBe(true);
  });

  it.each([
    [-300, true],
    [300, true],
    [-301, false],
    [301, false],
  ])('is fresh for 5 minutes both ways: %i s', (offset, holds) => {
    expect(standard.verify(delivery, [STANDARD_SECRET], NOW + offset * 1000)).toBe(holds);
  });

  it.each([
    { 'webhook-id': 'msg_2' },
    { 'webhook-id': undefined },
    { 'webhook-timestamp': String(NOW / 1000 + 1) },
    { 'webhook-timestamp': `${NOW / 1000}x` },
    { 'webhook-timestamp': undefined },
    { 'webhook-signature': undefined },
    { 'webhook-signature': '' },
    { 'webhook-signature': 'v1,' },
  ])('does not hold with %j', (headers) => {
    expect(standard.verify(withHeaders(headers), [STANDARD_SECRET], NOW)).toBe(false);
  });

  it('does not hold by a v1a signature alone, which is of another kind', () => {
    const asymmetric = String(delivery.headers['webhook-signature']).replace('v1,', 'v1a,');
    expect(standard.verify(withHeaders({ 'webhook-signature': asymmetric }), [STANDARD_SECRET], NOW)).toBe(false);
  });

  it('does not hold without any header', () => {
    expect(standard.verify({ ...delivery, headers: {} }, [STANDARD_SECRET], NOW)).toBe(false);
  });

  it('does not hold for a body with one byte changed', () => {
    for (const at of [0, Math.floor(delivery.raw.length / 2), delivery.raw.length - 1]) {
      const raw = Buffer.from(delivery.raw);
      raw[at] = (raw[at] ?? 0) ^ 1;
      expect(standard.verify({ ...delivery, raw }, [STANDARD_SECRET], NOW)).toBe(false);
    }
  });

  it('does not hold for a body that is not UTF-8, whoever signed it', () => {
    const raw = Buffer.from([0x7b, 0xff, 0x7d]);
    const key = Buffer.from(STANDARD_SECRET.replace('whsec_', ''), 'base64');
    const signed = Buffer.concat([Buffer.from(`msg_1.${NOW / 1000}.`), raw]);
    const signature = createHmac('sha256', key).update(signed).digest('base64');
    const headers = { ...delivery.headers, 'webhook-signature': `v1,${signature}` };
    expect(standard.verify({ raw, headers }, [STANDARD_SECRET], NOW)).toBe(false);
  });

  it('is of the bytes the secret stands for, its prefix and padding left out or not', () => {
    const bare = STANDARD_SECRET.replace('whsec_', '');
    expect(bare.endsWith('=')).toBe(true);
    expect(standard.verify(delivery, [bare], NOW)).toBe(true);
    expect(standard.verify(delivery, [STANDARD_SECRET.replace(/=+$/, '')], NOW)).toBe(true);
    // The secret's own characters are no key: that is Stripe's way.
    const text = createHmac('sha256', STANDARD_SECRET)
      .update(`msg_1.${NOW / 1000}.`)
      .update(delivery.raw);
    const headers = { 'webhook-signature': `v1,${text.digest('base64')}` };
    expect(standard.verify(withHeaders(headers), [STANDARD_SECRET], NOW)).toBe(false);
  });

  it('does not hold for other bytes that read as the same text', () => {
    const replacement = aStandardDelivery('{"name":"\ufffd"}');
    const invalid = Buffer.from(
      Buffer.from(replacement.raw).toString('latin1').replace('\u00ef\u00bf\u00bd', '\u00ff'),
      'latin1',
    );
    expect(standard.verify(replacement, [STANDARD_SECRET], NOW)).toBe(true);
    expect(standard.verify({ ...replacement, raw: invalid }, [STANDARD_SECRET], NOW)).toBe(false);
    const bom = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), replacement.raw]);
    expect(standard.verify({ ...replacement, raw: bom }, [STANDARD_SECRET], NOW)).toBe(false);
  });
});

describe('the identity of an event', () => {
  it('is its type and the id that stays the same over retries', () => {
    expect(standard.identify(aStandardDelivery({ type: 'order.paid' }, { id: 'msg_7' }))).toEqual({
      topic: 'order.paid',
      eventId: 'msg_7',
    });
  });

  it('never throws on a body that is none', () => {
    expect(standard.identify({ raw: Buffer.from('{'), headers: {} })).toMatchObject({ topic: '' });
    expect(standard.identify({ raw: Buffer.from('{"type":5}'), headers: {} }).topic).toBe('');
  });
});

describe('the connector of a platform', () => {
  it('is its own, and none for a platform without one', () => {
    expect(connectorFor('shopify')).toBe(shopify);
    expect(connectorFor('standard')).toBe(standard);
    expect(connectorFor('constructor')).toBeUndefined();
  });
});
