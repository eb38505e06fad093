// The encryption key as it is configured: one key, or several with their versions once it has been changed.
import type { MasterKey } from './crypto.ts';

const KEY_BYTES = 32;

const SHAPE = 'ENCRYPTION_KEY must be 32 bytes in base64, or several as 2:KEY 1:KEY';

/**
 * Reads `KEY`, which is version 1, or several as `2:KEY 1:KEY`. The first seals what is new, each opens what it sealed,
 * and identities (visitors, customers, click ids, cursors) derive from the lowest version for ever: another key would
 * make strangers of all of them. A new key is added in second place, so that every function can open what it will seal,
 * and moved to the first once they all have it. A fault is pushed onto `problems`, and never quotes the key.
 */
export const masterKeyFrom = (text: string, problems: string[]): MasterKey | undefined => {
  const keys = new Map<number, Buffer>();
  for (const part of text.trim().split(/[\s,]+/)) {
    const [, version = '1', encoded = ''] = /^(?:([1-9]\d{0,8}):)?([A-Za-z0-9+/_-]+=*)$/.exec(part) ?? [];
    const key = Buffer.from(encoded, 'base64');
    if (key.length !== KEY_BYTES || keys.has(Number(version))) {
      problems.push(SHAPE);
      return undefined;
    }
    keys.set(Number(version), key);
  }
  const [[version, key] = [1, Buffer.alloc(0)]] = keys;
  const identityKey = keys.get(Math.min(...keys.keys())) ?? key;
  return { version, key, identityKey, others: new Map([...keys].filter(([other]) => other !== version)) };
};
