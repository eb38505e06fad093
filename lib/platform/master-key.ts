// The encryption key as it is configured: one key, or several with their versions once it has been changed.
import type { MasterKey } from './crypto.ts';

const KEY_BYTES = 32;

const SHAPE = 'ENCRYPTION_KEY must be 32 bytes in base64, or several as 2:KEY 1:KEY';

/**
 * Reads `KEY`, which is version 1, or `2:KEY 1:KEY`, any number of them in any order. What is new is sealed under the
 * highest version, what was sealed opens under its own, and identities (visitors, customers, click ids) always derive
 * from the lowest: another key would make strangers of all of them. A fault is pushed onto `problems`; it never quotes
 * the key.
 */
export const masterKeyFrom = (text: string, problems: string[]): MasterKey | undefined => {
  const parts = text.trim().split(/[\s,]+/);
  const keys = new Map<number, Buffer>();
  for (const part of parts) {
    const [, version = '1', encoded = ''] = /^(?:([1-9]\d{0,8}):)?([A-Za-z0-9+/_-]+=*)$/.exec(part) ?? [];
    const key = Buffer.from(encoded, 'base64');
    if (key.length !== KEY_BYTES || keys.has(Number(version))) {
      problems.push(SHAPE);
      return undefined;
    }
    keys.set(Number(version), key);
  }
  const versions = [...keys.keys()].sort((a, b) => a - b);
  const version = versions.at(-1) as number;
  return {
    version,
    key: keys.get(version) as Buffer,
    identityKey: keys.get(versions[0] as number) as Buffer,
    earlier: new Map([...keys].filter(([other]) => other !== version)),
  };
};
