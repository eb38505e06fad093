// A certificate that nobody vouches for, made anew: for servers of tests that browsers are told not to check.
import { generateKeyPairSync, sign } from 'node:crypto';

const tagged = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const inner = Buffer.concat(parts);
  const { length } = inner;
  // As short as can be: DER takes no other.
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), inner]);
};

const sequence = (...parts: readonly Uint8Array[]) => tagged(0x30, ...parts);
const text = (tag: number, value: string) => tagged(tag, Buffer.from(value));

/** ecdsa-with-SHA256 and commonName, as DER writes them. */
const ECDSA_SHA256 = sequence(tagged(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
const COMMON_NAME = tagged(0x06, Buffer.from('550403', 'hex'));

/** Key and certificate in PEM: X.509 version 1, for any host. */
export const aSelfSigned = (): { readonly key: string; readonly cert: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(tagged(0x31, sequence(COMMON_NAME, text(0x0c, 'test'))));
  const tbs = sequence(
    tagged(0x02, Buffer.from([1])),
    ECDSA_SHA256,
    name,
    sequence(text(0x17, '200101000000Z'), text(0x17, '491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = tagged(0x03, Buffer.from([0]), sign('sha256', tbs, privateKey));
  const der = sequence(tbs, ECDSA_SHA256, signature).toString('base64');
  const lines = der.match(/.{1,64}/g)?.join('\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
};
