// AWS Signature Version 4 of a JSON request, as AWS documents it ("Create a signed AWS API request").
import { hmac, sha256Hex } from './crypto.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface UnsignedRequest {
  readonly url: URL;
  /** Names in lower case; `host` and the signature's own are added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Signs POST requests to one service; the day's key is derived once a day. */
export const createSigner = (service: string, region: string) => {
  let derived: { readonly from: string; readonly key: Buffer } = { from: '', key: Buffer.alloc(0) };
  const keyOf = (secret: string, day: string): Buffer => {
    const from = `${day} ${secret}`;
    if (derived.from !== from) {
      const key = [region, service, 'aws4_request'].reduce(
        (made, part) => hmac(made, part),
        hmac(Buffer.from(`AWS4${secret}`), day),
      );
      derived = { from, key };
    }
    return derived.key;
  };
  /** The headers to send; `now` in ms, which AWS refuses when it is minutes off. */
  return (
    { url, headers, body }: UnsignedRequest,
    credentials: AwsCredentials,
    now: number,
  ): Record<string, string> => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const time = new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, '');
    const day = time.slice(0, 8);
    const sent: Record<string, string> = {
      ...{ ...headers, host: url.host, 'x-amz-date': time },
      ...(sessionToken && { 'x-amz-security-token': sessionToken }),
    };
    const names = Object.keys(sent).sort();
    const signed = names.join(';');
    const lines = names.map((name) => `${name}:${sent[name]}\n`).join('');
    const canonical = ['POST', url.pathname, '', lines, signed, sha256Hex(body)].join('\n');
    const scope = `${day}/${region}/${service}/aws4_request`;
    const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256Hex(canonical)].join('\n');
    const signature = hmac(keyOf(secretAccessKey, day), toSign).toString('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
    return { ...sent, authorization };
  };
};
