// A stand-in for AWS services on loopback: the real SDK reaches it over real HTTP, by AWS_ENDPOINT_URL or `endpoint`.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface AwsRequest {
  /** `GetSecretValue`, `SendMessage`, `DescribeStacks`; where the protocol is plain REST, method and path. */
  readonly operation: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface AwsAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type AwsHandler = (request: AwsRequest) => AwsAnswer | Promise<AwsAnswer>;

export interface AwsEndpoint {
  readonly url: string;
  /** Everything asked so far, in order. */
  readonly requests: readonly AwsRequest[];
  readonly close: () => Promise<void>;
}

/** What the SDK reads from its environment to come here, and to go nowhere else for credentials. */
export const DUMMY_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'not-a-secret',
  AWS_REGION: 'eu-central-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
} as const;

/** An answer of the JSON protocols (Secrets Manager, SQS, Lambda). */
export const awsJson = (value: unknown): AwsAnswer => ({
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(value),
});

/** A refusal of the JSON protocols. */
export const awsJsonError = (code: string, message: string, status = 400): AwsAnswer => ({
  ...awsJson({ __type: code, message }),
  status,
});

/** How each protocol says what it wants: JSON in a header, Query in the form it posts, REST by method and path. */
const operationOf = ({ method, url = '', headers }: IncomingMessage, body: string): string => {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return (isForm && new URLSearchParams(body).get('Action')) || `${method} ${url.split('?')[0]}`;
};

/** Listens on a free port and answers each operation by the handler of its name, others as AWS does: with 400. */
export const startAwsEndpoint = async (handlers: Readonly<Record<string, AwsHandler>>): Promise<AwsEndpoint> => {
  const requests: AwsRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const body = (await buffer(incoming)).toString('utf8');
    const operation = operationOf(incoming, body);
    const request = { operation, path: incoming.url ?? '', headers: incoming.headers, body };
    requests.push(request);
    const unknown = awsJsonError('UnknownOperationException', `No handler of ${operation}`);
    const answer = (await handlers[operation]?.(request)) ?? unknown;
    outgoing.writeHead(answer.status ?? 200, { 'x-amzn-requestid': 'of-a-test', ...answer.headers });
    outgoing.end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, close };
};
