// The encryption key as configured: one, or several while and after it is changed.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveKey, type MasterKey, open, openBytes, seal, sealBytes } from '../../lib/platform/crypto.ts';
import { masterKeyFrom } from '../../lib/platform/master-key.ts';

const [first, second, third] = [1, 2, 3].map(() => randomBytes(32).toString('base64')) as [string, string, string];

const read = (text: string): MasterKey => {
  const problems: string[] = [];
  const key = masterKeyFrom(text, problems);
  expect(problems).toEqual([]);
  return key as MasterKey;
};

describe('an encryption key', () => {
  it('alone is version 1', () => {
    expect(read(first)).toEqual(read(`1:${first}`));
    expect(read(first).version).toBe(1);
  });

  it('is 32 bytes of 43 letters and digits too, as Secrets Manager makes them', () => {
    expect(read('aZ09'.repeat(10).concat('xyz')).key).toHaveLength(32);
  });

  it('that is added opens what was sealed before, and before anything is sealed under it', () => {
    const [before, added, changed] = [read(first), read(`1:${first} 2:${second}`), read(`2:${second} 1:${first}`)];
    const old = seal(before, 'c', 'old');
    const fresh = seal(changed, 'c', 'fresh');
    expect(added.version).toBe(1);
    expect(fresh).toMatch(/^2\./);
    for (const key of [added, changed]) expect([open(key, 'c', old), open(key, 'c', fresh)]).toEqual(['old', 'fresh']);
    expect(() => open(before, 'c', fresh)).toThrow('key version that is not here');
    expect(openBytes(added, 'c', sealBytes(changed, 'c', Buffer.from('x'))).toString()).toBe('x');
  });

  it('makes strangers of nobody by being changed', () => {
    const identity = (key: MasterKey) => deriveKey(key, 'customer', 'mer_1').export().toString('hex');
    const changed = [`2:${second} 1:${first}`, `3:${third}, 2:${second}, 1:${first}`, `1:${first}\n2:${second}`];
    expect(new Set([first, ...changed].map((text) => identity(read(text)))).size).toBe(1);
  });

  it.each(['', 'short', `${first}x`, `0:${first}`, `1:${first} 1:${second}`, `a:${first}`, `1:${first} 2:short`])(
    'is refused, unquoted, as %j',
    (text) => {
      const problems: string[] = [];
      expect(masterKeyFrom(text, problems)).toBeUndefined();
      expect(problems).toHaveLength(1);
      expect(problems[0]).not.toContain(first);
    },
  );
});
