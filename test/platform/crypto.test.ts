// Secrets at rest and comparisons: what is sealed opens in its place only.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveKey, equalInConstantTime, open, openBytes, seal, sealBytes } from '../../lib/platform/crypto.ts';

const MASTER = { version: 3, key: Buffer.alloc(32, 7) };

describe('a sealed value', () => {
  it('opens where it was sealed, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (context, plain) => {
        expect(open(MASTER, context, seal(MASTER, context, plain))).toBe(plain);
      }),
    );
  });

  it('does not open in another place, under another key or another version', () => {
    const sealed = seal(MASTER, 'mer_1|store|webhookSecret', 'whsec_1');
    expect(() => open(MASTER, 'mer_2|store|webhookSecret', sealed)).toThrow();
    expect(() => open({ version: 3, key: Buffer.alloc(32, 8) }, 'mer_1|store|webhookSecret', sealed)).toThrow();
    expect(() => open({ ...MASTER, version: 4 }, 'mer_1|store|webhookSecret', sealed)).toThrow(
      'key version that is not here',
    );
  });

  it('does not open with any byte changed, or cut short', () => {
    const [version, body] = seal(MASTER, 'context', 'secret').split('.') as [string, string];
    const bytes = Buffer.from(body, 'base64url');
    for (let i = 0; i < bytes.length; i++) {
      const forged = Buffer.from(bytes);
      forged[i] = (forged[i] ?? 0) ^ 1;
      expect(() => open(MASTER, 'context', `${version}.${forged.toString('base64url')}`)).toThrow();
      expect(() => open(MASTER, 'context', `${version}.${bytes.subarray(0, i).toString('base64url')}`)).toThrow();
    }
    expect(() => open(MASTER, 'context', 'nonsense')).toThrow();
  });

  it('is another text each time and never shows what it holds', () => {
    const [one, two] = [seal(MASTER, 'context', 'whsec_1'), seal(MASTER, 'context', 'whsec_1')];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^3\.[A-Za-z0-9_-]+$/);
    expect(Buffer.from(one.slice(2), 'base64url').toString('latin1')).not.toContain('whsec_1');
  });
});

describe('sealed bytes', () => {
  it('open where they were sealed, whatever they are', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), (context, plain) => {
        expect(new Uint8Array(openBytes(MASTER, context, sealBytes(MASTER, context, plain)))).toEqual(plain);
      }),
    );
  });

  it('do not open in another place, under another version, changed or cut short', () => {
    const sealed = sealBytes(MASTER, 'evt_1', Buffer.from('secret'));
    expect(sealed.toString('latin1')).not.toContain('secret');
    expect(() => openBytes(MASTER, 'evt_2', sealed)).toThrow();
    expect(() => openBytes({ ...MASTER, version: 4 }, 'evt_1', sealed)).toThrow('key version that is not here');
    for (let i = 0; i < sealed.length; i++) {
      const forged = Buffer.from(sealed);
      forged[i] = (forged[i] ?? 0) ^ 1;
      expect(() => openBytes(MASTER, 'evt_1', forged)).toThrow();
      expect(() => openBytes(MASTER, 'evt_1', sealed.subarray(0, i))).toThrow();
    }
  });
});

describe('derived keys', () => {
  it('differ by merchant and by purpose', () => {
    const derived = [
      deriveKey(MASTER, 'visitor', 'mer_1'),
      deriveKey(MASTER, 'customer', 'mer_1'),
      deriveKey(MASTER, 'visitor', 'mer_2'),
      deriveKey({ version: 3, key: Buffer.alloc(32, 8) }, 'visitor', 'mer_1'),
    ].map((key) => key.export().toString('hex'));
    expect(new Set(derived).size).toBe(derived.length);
    expect(
      deriveKey({ ...MASTER }, 'visitor', 'mer_1')
        .export()
        .toString('hex'),
    ).toBe(derived[0]);
  });
});

describe('comparing in constant time', () => {
  it('tells texts apart as === does, of any lengths', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => equalInConstantTime(a, b) === (a === b)));
    expect(equalInConstantTime('whsec_1', 'whsec_1')).toBe(true);
  });
});
