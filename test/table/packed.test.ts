// Compressed parts: whatever was ever stored is read, and the text they are compressed after never changes.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { packed, unpacked } from '../../lib/table/packed.ts';
import { PACKING_TEXT } from '../../lib/table/packing-text.ts';
import { aLine, anEvent, aSnapshot } from '../support/payloads/order-events.ts';

describe('a packed part', () => {
  it('is read back, large or small, and none is none', () => {
    const lines = Array.from({ length: 500 }, (_, i) => aLine({ id: String(i), title: `Größe ${i} 😀` }));
    for (const part of [null, { a: 1 }, aSnapshot(), aSnapshot({ lines }), foldOrder([anEvent(aSnapshot())])]) {
      expect(unpacked(packed(part))).toEqual(JSON.parse(JSON.stringify(part)));
    }
  });

  it('is read as older versions stored it', () => {
    const part = aSnapshot();
    expect(unpacked({ gz: gzipSync(JSON.stringify(part)) })).toEqual(part);
  });

  it('of an ordinary order takes half of what it would by itself', () => {
    const order = aSnapshot({
      lines: [aLine(), aLine({ id: '2', title: 'Oats' })],
      customerKeys: ['aB3dE6gH9jK2mN5pQ8sT'],
    });
    const { told } = packed(order) as { told: Uint8Array };
    expect(told.length).toBeLessThan(gzipSync(JSON.stringify(order)).length / 2);
  });

  it('follows a text of which not a character may change: what is stored could not be read', () => {
    const hash = createHash('sha256').update(PACKING_TEXT).digest('hex');
    expect(hash).toBe('294c21e4c7e4fb7b608c8363c40f5b40b7cee6063d24e5960ac344289ad0810f');
  });
});
