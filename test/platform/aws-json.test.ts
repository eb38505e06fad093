// Requests to AWS without its SDK: signed, retried with pauses, given up in time.

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AwsService, createAwsJson } from '../../lib/platform/aws-json.ts';
import { type AwsAnswer, type AwsEndpoint, awsJson, awsJsonError, startAwsEndpoint } from '../support/aws-endpoint.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

/** A service that gives these answers, one after another, the last for ever. */
const answering = async (...answers: AwsAnswer[]): Promise<AwsEndpoint> => {
  let count = 0;
  const endpoint = await startAwsEndpoint({
    GetItem: () => answers[Math.min(count++, answers.length - 1)] as AwsAnswer,
  });
  closing.push(endpoint.close);
  return endpoint;
};

const clientOf = (endpoint: string | undefined, options: Partial<AwsService> = {}) => {
  const client = createAwsJson({
    ...{ service: 'dynamodb', region: 'eu-central-1', version: '1.0', maxAttempts: 3, connectMs: 500, answerMs: 500 },
    endpoint,
    ...options,
  });
  closing.push(client.close);
  return (input: unknown = { TableName: 'tributary' }) => client.ask('DynamoDB_20120810.GetItem', input);
};

const THROTTLED = awsJsonError('com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', 'slower');
const OUR_FAULT = awsJsonError('com.amazon.coral.validate#ValidationException', 'no such thing');
const THEIR_FAULT = awsJsonError('InternalServerError', 'oh', 500);

describe('a request', () => {
  it('is signed for whom the environment names by then', async () => {
    const { url, requests } = await answering(awsJson({ Item: { n: { N: '1' } } }));
    const ask = clientOf(url);
    for (const name of ['AKIDFIRST', 'AKIDSECOND']) {
      vi.stubEnv('AWS_ACCESS_KEY_ID', name);
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
      vi.stubEnv('AWS_SESSION_TOKEN', `token-of-${name}`);
      expect(await ask()).toEqual({ Item: { n: { N: '1' } } });
    }
    expect(
      requests.map(
        ({ headers }) => /Credential=(\w+)\/\d{8}\/eu-central-1\/dynamodb\//.exec(String(headers.authorization))?.[1],
      ),
    ).toEqual(['AKIDFIRST', 'AKIDSECOND']);
    expect(requests[1]).toMatchObject({
      headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem', 'x-amz-security-token': 'token-of-AKIDSECOND' },
      body: '{"TableName":"tributary"}',
    });
  });

  it('goes where the environment says, for this service before all services', async () => {
    const [one, all] = [await answering(awsJson({ of: 'one' })), await answering(awsJson({ of: 'all' }))];
    vi.stubEnv('AWS_ENDPOINT_URL', all.url);
    expect(await clientOf(undefined)()).toEqual({ of: 'all' });
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', one.url);
    expect(await clientOf(undefined)()).toEqual({ of: 'one' });
    // By the SDK's name for a service, which is not always that in its address; an empty one is none.
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', '');
    expect(await clientOf(undefined)()).toEqual({ of: 'all' });
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', one.url);
    expect(await clientOf(undefined, { service: 'secretsmanager' })()).toEqual({ of: 'one' });
    vi.stubEnv('AWS_ENDPOINT_URL', '');
    expect(() => clientOf(undefined)).not.toThrow();
  });

  it('is sent again when it was throttled or failed on their side, and not when it was refused', async () => {
    const busy = await answering(THROTTLED, THEIR_FAULT, awsJson({ done: true }));
    expect(await clientOf(busy.url)()).toEqual({ done: true });
    expect(busy.requests).toHaveLength(3);
    const refused = await answering(OUR_FAULT);
    await expect(clientOf(refused.url)()).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'no such thing',
    });
    expect(refused.requests).toHaveLength(1);
  });

  it('fails by the name of what stood in its way once attempts are used up', async () => {
    const { url, requests } = await answering(THROTTLED);
    const expected = { name: 'ProvisionedThroughputExceededException', $metadata: { httpStatusCode: 400 } };
    await expect(clientOf(url, { maxAttempts: 2 })()).rejects.toMatchObject(expected);
    expect(requests).toHaveLength(2);
  });

  it('fails with the status where what answers is not AWS', async () => {
    const { url } = await answering({ status: 502, body: '<html>Bad gateway</html>' });
    await expect(clientOf(url, { maxAttempts: 1 })()).rejects.toMatchObject({ $metadata: { httpStatusCode: 502 } });
  });

  it('is given up when nobody answers, each attempt in its own time', async () => {
    let connections = 0;
    const silent = createServer(() => (connections += 1));
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    closing.push(() => silent.close());
    const ask = clientOf(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, {
      ...{ maxAttempts: 2, connectMs: 50, answerMs: 50 },
    });
    await expect(ask()).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(connections).toBe(2);
  });

  it('is sent again at once where the other side had closed a kept connection meanwhile, and only there', async () => {
    let [connections, resets] = [0, 0];
    const server = createServer((socket) => {
      connections += 1;
      let answered = 0;
      socket.on('error', () => undefined);
      socket.on('data', () => {
        if (answered++ === 0) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
        else {
          resets += 1;
          socket.resetAndDestroy();
        }
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    closing.push(() => server.close());
    // One attempt: what is sent again is no attempt more.
    const ask = clientOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { maxAttempts: 1 });
    for (let time = 0; time < 3; time++) expect(await ask()).toEqual({});
    expect([connections, resets]).toEqual([3, 2]);
    await Promise.all([ask(), ask(), ask()]);
    await expect(clientOf('http://127.0.0.1:1', { maxAttempts: 1 })()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is not sent again and again by many while a service is down', async () => {
    const { url, requests } = await answering(THEIR_FAULT);
    const ask = clientOf(url, { maxAttempts: 2, connectMs: 10_000, answerMs: 10_000 });
    await Promise.allSettled(Array.from({ length: 300 }, () => ask()));
    // 300 first attempts, and second ones until the purse of 500 is empty at 5 each.
    expect(requests).toHaveLength(400);
  });
});
