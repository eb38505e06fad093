// Where a click id leads: opening what clickIdOf made. Apart from it, since the redirect makes ids and opens none.
import { createDecipheriv, timingSafeEqual } from 'node:crypto';
import type { ClickPlace } from '../domain/clicks/click-key.ts';
import { hmac, type MasterKey } from './crypto.ts';
import { clickKey, DAY_MS, utcDay } from './visitors.ts';

const unpack = (bytes: Buffer): ClickPlace => {
  const born = bytes.readUInt16BE(13);
  const hash = bytes.subarray(15, 31).toString('base64url');
  const birth = utcDay(born * DAY_MS).replaceAll('-', '');
  return {
    day: utcDay(bytes.readUInt16BE(0) * DAY_MS),
    shard: bytes.readUInt8(2),
    at: bytes.readUIntBE(3, 6),
    suffix: bytes.subarray(9, 13).toString('hex'),
    visitor: born === 0 ? null : born === 1 ? `x${hash}` : birth + hash,
  };
};

/** The place a click id leads to for this merchant; undefined for anything this service did not mint for it. */
export const placeOfClickId = (id: string, master: MasterKey, merchantId: string): ClickPlace | undefined => {
  if (!/^clk_[A-Za-z0-9_-]{54}$/.test(id)) return undefined;
  const bytes = Buffer.from(id.slice(4), 'base64url');
  const key = clickKey(master, merchantId);
  const mac = bytes.subarray(0, 8);
  const decipher = createDecipheriv('aes-256-ctr', key, Buffer.concat([mac, Buffer.alloc(8)]));
  const plain = Buffer.concat([decipher.update(bytes.subarray(8)), decipher.final()]);
  return timingSafeEqual(hmac(key, plain).subarray(0, 8), mac) ? unpack(plain) : undefined;
};
