// Keys and ciphers: comparisons in constant time, secrets at rest, and one derived key per merchant and purpose.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { type BoundedMap, createBoundedMap } from './bounded-map.ts';

/** The deployment's encryption key, with the version that is written in front of everything it sealed. */
export interface MasterKey {
  readonly version: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** What visitors, customers, click ids and cursors derive from, whatever the version; default: the key itself. */
  readonly identityKey?: Uint8Array;
  /** Keys of other versions, by version: what is sealed under them opens. */
  readonly others?: ReadonlyMap<number, Uint8Array>;
}

export const sha256Hex = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** True when both are the same text; the time taken does not depend on where they differ. */
export const equalInConstantTime = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

export type KeyPurpose = 'visitor' | 'customer' | 'click-id' | 'cursor' | 'erasure';

/** Keys of this many merchants and purposes are kept at hand. */
const MOST_DERIVED = 10_000;

const derivedKeys = new WeakMap<MasterKey, BoundedMap<KeyObject>>();

/**
 * A key for one merchant and one purpose, derived: nothing to store, and two merchants' data can't be joined. Kept, and
 * a `KeyObject`: Node takes six times as long over a hash whose key is plain bytes, and a redirect makes several.
 */
export const deriveKey = (master: MasterKey, purpose: KeyPurpose, merchantId: string): KeyObject => {
  const name = `${purpose}|${merchantId}`;
  const kept = derivedKeys.get(master) ?? createBoundedMap<KeyObject>(MOST_DERIVED);
  derivedKeys.set(master, kept);
  const known = kept.get(name);
  if (known) return known;
  const derived = createSecretKey(
    createHmac('sha256', master.identityKey ?? master.key)
      .update(name)
      .digest(),
  );
  kept.set(name, derived);
  return derived;
};

export const hmac = (key: Uint8Array | KeyObject, text: string | Uint8Array): Buffer =>
  createHmac('sha256', key).update(text).digest();

/** AES-256-GCM with the context authenticated: nonce, tag and ciphertext. */
const encrypted = ({ key }: MasterKey, context: string, plain: Uint8Array): Buffer => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
};

const decrypted = (master: MasterKey, context: string, version: number, bytes: Uint8Array): Buffer => {
  const key = version === master.version ? master.key : master.others?.get(version);
  if (!key) throw new Error('sealed under a key version that is not here');
  // The length is fixed, or a tag cut to four bytes would do.
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
};

/**
 * Encrypts with AES-256-GCM; `context` (merchant, id and field) is authenticated, so a sealed value moved to
 * another item does not open. Shape: `<key version>.<base64url of nonce, tag and ciphertext>`.
 */
export const seal = (master: MasterKey, context: string, plain: string): string =>
  `${master.version}.${encrypted(master, context, Buffer.from(plain)).toString('base64url')}`;

/** Opens what `seal` made; throws when the key, the context or the bytes are not the ones sealed. */
export const open = (master: MasterKey, context: string, sealed: string): string => {
  const [version, body = ''] = sealed.split('.');
  return decrypted(master, context, Number(version), Buffer.from(body, 'base64url')).toString('utf8');
};

const VERSION_BYTES = 4;

/** The same for bytes. Shape: the key version in 4 bytes, nonce, tag and ciphertext. */
export const sealBytes = (master: MasterKey, context: string, plain: Uint8Array): Buffer => {
  const version = Buffer.alloc(VERSION_BYTES);
  version.writeUInt32BE(master.version);
  return Buffer.concat([version, encrypted(master, context, plain)]);
};

/** Opens what `sealBytes` made; throws as `open` does. */
export const openBytes = (master: MasterKey, context: string, sealed: Uint8Array): Buffer => {
  const version = Buffer.from(sealed.subarray(0, VERSION_BYTES)).readUInt32BE(0);
  return decrypted(master, context, version, sealed.subarray(VERSION_BYTES));
};
