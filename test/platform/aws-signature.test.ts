// Signatures of requests to AWS: the vectors of AWS's own test suite for Signature Version 4.
import { describe, expect, it } from 'vitest';
import { createSigner } from '../../lib/platform/aws-signature.ts';

/** AWS's `aws-sig-v4-test-suite`: everything but the request is the same in all of it. */
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const NOW = Date.parse('2015-08-30T12:36:00Z');
const URL_OF_SUITE = new URL('https://example.amazonaws.com/');

const signatureOf = (headers: Readonly<Record<string, string>>) =>
  /Signature=(\w+)$/.exec(headers.authorization ?? '')?.[1];

describe('a signature', () => {
  const sign = createSigner('service', 'us-east-1');

  it('is that of post-vanilla', () => {
    const signed = sign({ url: URL_OF_SUITE, headers: {}, body: '' }, CREDENTIALS, NOW);
    expect(signed.authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        'SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    );
    expect(signed['x-amz-date']).toBe('20150830T123600Z');
  });

  it('is that of post-x-www-form-urlencoded, which has a body', () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const signed = sign({ url: URL_OF_SUITE, headers, body: 'Param1=value1' }, CREDENTIALS, NOW);
    expect(signatureOf(signed)).toBe('ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a');
  });

  it('is that of post-sts-header-before, which signs the session token', () => {
    const sessionToken =
      'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';
    const signed = sign({ url: URL_OF_SUITE, headers: {}, body: '' }, { ...CREDENTIALS, sessionToken }, NOW);
    expect(signatureOf(signed)).toBe('85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead');
  });

  it('is another with another day, body or secret', () => {
    const of = (body: string, secretAccessKey: string, now: number) =>
      signatureOf(sign({ url: URL_OF_SUITE, headers: {}, body }, { ...CREDENTIALS, secretAccessKey }, now));
    const day = 86_400_000;
    const all = [of('a', 's', NOW), of('b', 's', NOW), of('a', 't', NOW), of('a', 's', NOW + day)];
    expect(new Set(all).size).toBe(4);
    expect(of('a', 's', NOW)).toBe(all[0]);
  });
});
