// The stack deployed onto this machine: its template, its bundles as processes, its policies in force, the table embedded.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FunctionName, titleOf } from '../../../infra/bundles.ts';
import { startEngine } from '../../../infra/local/engine.ts';
import { createGateway, type GatewayHandler } from '../../../infra/local/gateway.ts';
import type { Table } from '../../../lib/table/table.ts';
import { type AwsHandler, type AwsRequest, awsJson, awsJsonError, startAwsEndpoint } from '../aws-endpoint.ts';
import type { Json } from '../http.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { createGuard, type JudgedCall } from './guard.ts';
import { openQueue, type TestQueue } from './queue.ts';
import { ofType, synthesised, type Template, type Values } from './template.ts';
import { valuesFor } from './values.ts';

const TABLE_OPERATIONS = [
  'GetItem',
  'PutItem',
  'DeleteItem',
  'Query',
  'BatchGetItem',
  'BatchWriteItem',
  'UpdateItem',
  'Scan',
];

type Refuses = Deployment['refuses'];

export interface Deployment {
  readonly base: string;
  readonly rootKey: string;
  readonly template: Template;
  readonly values: Values;
  /** The logical id of a function in the template. */
  readonly idOf: (name: FunctionName) => string;
  readonly invoke: (name: FunctionName, event: unknown) => Promise<Json>;
  readonly outputOf: (name: FunctionName) => string;
  readonly clicks: TestQueue;
  /** Every call to AWS so far, those that were refused too. */
  readonly calls: readonly JudgedCall[];
  /** The table behind the functions, as nobody's role sees it. */
  readonly table: Table;
  /** The requests the table answers with a fault, or never; none at first. */
  refuses: (request: AwsRequest) => boolean | 'never answers';
  /** Runs that nobody waits for, and that failed. */
  readonly failures: readonly unknown[];
  /** Waits for the runs that nobody waits for. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const secretText = () =>
  randomBytes(40)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, 'x')
    .slice(0, 43);

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const functionIdOf = (template: Template, name: FunctionName): string => {
  const start = `${titleOf(name)}Handler`;
  const [found] = ofType(template, 'AWS::Lambda::Function').find(([id]) => id.startsWith(start)) ?? [];
  if (found === undefined) throw new Error(`The template has no function ${name}`);
  return found;
};

/** The table's part of AWS: requests go on to the engine as they are, but for those it is told to refuse. */
const fromTable =
  (endpoint: string, refusesNow: () => Refuses): AwsHandler =>
  async (request) => {
    const refuses = refusesNow()(request);
    if (refuses === 'never answers') return new Promise<never>(() => undefined);
    if (refuses) return awsJsonError('InternalServerError', 'The table is down', 500);
    const { headers, body } = request;
    const names = ['content-type', 'x-amz-target', 'authorization', 'x-amz-date'];
    const sent = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
    const answer = await fetch(endpoint, { method: 'POST', headers: sent, body });
    const type = { 'content-type': 'application/x-amz-json-1.0' };
    return { status: answer.status, headers: type, body: await answer.text() };
  };

/** An invocation nobody waits for: taken, and run by and by. */
const invocationsOf = (template: Template, later: Fleet['later']): Record<string, AwsHandler> =>
  Object.fromEntries(
    ofType(template, 'AWS::Lambda::Function').map(([id]) => [
      `POST /2015-03-31/functions/${id}/invocations`,
      ({ body }) => {
        later(id, JSON.parse(body));
        return { status: 202 };
      },
    ]),
  );

/** Deploys the stack of these settings here. Every call its functions make to AWS is held against their policies. */
export const deploy = async (settings: Record<string, unknown> = {}): Promise<Deployment> => {
  const stack = synthesised(settings, true);
  const { template } = stack;
  const engine = await startEngine();
  const clicks = openQueue();
  const where = { base: '', aws: '' };
  const values = valuesFor(
    template,
    () => where.base,
    () => where.aws,
  );
  const guard = createGuard(template, values);
  const secrets = new Map(ofType(template, 'AWS::SecretsManager::Secret').map(([id]) => [values(id), secretText()]));
  let refuses: Refuses = () => false;
  const table = fromTable(engine.endpoint, () => refuses);
  const handlers: Record<string, AwsHandler> = {
    ...Object.fromEntries(TABLE_OPERATIONS.map((operation) => [operation, table])),
    GetSecretValue: ({ body }) => awsJson({ SecretString: secrets.get(JSON.parse(body).SecretId) }),
    ...clicks.handlers,
    ...invocationsOf(template, (id, event) => fleet.later(id, event)),
  };
  const aws = await startAwsEndpoint(
    Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, guard.guarded(handler)])),
  );
  where.aws = aws.url;
  const invoke = (name: FunctionName, event: unknown) =>
    fleet.functionOf(functionIdOf(template, name)).invoke(event) as Promise<Json>;
  const handler =
    (name: FunctionName): GatewayHandler =>
    (event) =>
      invoke(name, event);
  const server = createGateway({ redirect: handler('redirect'), webhook: handler('webhook'), api: handler('api') });
  where.base = await listen(server);
  const fleet = openFleet(stack, values, aws.url);
  const close = async () => {
    fleet.close();
    server.closeAllConnections();
    server.close();
    await aws.close();
    await engine.close();
    rmSync(stack.folder, { recursive: true, force: true });
  };
  const [rootKeyId] = ofType(template, 'AWS::SecretsManager::Secret').find(([id]) => id.startsWith('RootKey')) ?? [''];
  return {
    ...{ base: where.base, rootKey: secrets.get(values(rootKeyId)) ?? '', template, values, invoke, clicks, close },
    ...{ table: engine.table, calls: guard.calls, failures: fleet.failures, settled: fleet.settled },
    idOf: (name) => functionIdOf(template, name),
    outputOf: (name) => fleet.functionOf(functionIdOf(template, name)).output(),
    get refuses() {
      return refuses;
    },
    set refuses(next) {
      refuses = next;
    },
  };
};
