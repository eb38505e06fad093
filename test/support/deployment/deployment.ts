// The stack deployed onto this machine: its template, its bundles as processes, its policies in force, the table embedded.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FunctionName } from '../../../infra/bundles.ts';
import { startEngine } from '../../../infra/local/engine.ts';
import { createGateway, type GatewayHandler } from '../../../infra/local/gateway.ts';
import type { Table } from '../../../lib/table/table.ts';
import { type AwsEndpoint, type AwsRequest, awsJson, awsJsonError, startAwsEndpoint } from '../aws-endpoint.ts';
import type { Json } from '../http.ts';
import { callOf } from './calls.ts';
import { ACCOUNT, type AwsCall, isAllowed, policiesOf, REGION } from './iam.ts';
import { type Lambda, openLambda } from './lambda.ts';
import { openQueue, type TestQueue } from './queue.ts';
import { filledIn, ofType, synthesised, type Template, type Values } from './template.ts';

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
  readonly calls: readonly (AwsCall & { readonly allowed: boolean })[];
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

/** The values of a template as they would be once it is deployed here. */
const valuesFor = (template: Template, base: () => string, aws: () => string): Values => {
  const arnOf: Readonly<Record<string, (id: string) => string>> = {
    'AWS::DynamoDB::Table': () => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/tributary`,
    'AWS::SQS::Queue': (id) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${id}`,
    'AWS::Lambda::Function': (id) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${id}`,
    'AWS::Logs::LogGroup': (id) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${id}:*`,
    'AWS::SecretsManager::Secret': (id) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${id}-AbCdEf`,
  };
  const refOf: Readonly<Record<string, (id: string) => string>> = {
    'AWS::DynamoDB::Table': () => 'tributary',
    'AWS::SQS::Queue': (id) => `${aws()}/${ACCOUNT}/${id}`,
    'AWS::SecretsManager::Secret': arnOf['AWS::SecretsManager::Secret'] as (id: string) => string,
  };
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': REGION,
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
  };
  return (reference) => {
    const [id = '', attribute] = reference.split('.');
    const type = template.Resources[id]?.Type ?? '';
    if (attribute === 'ApiEndpoint') return base();
    if (attribute === 'Arn') return arnOf[type]?.(id) ?? `arn:aws:iam::${ACCOUNT}:role/${id}`;
    return pseudo[reference] ?? refOf[type]?.(id) ?? id;
  };
};

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const functionIdOf = (template: Template, name: FunctionName): string => {
  const start = `${name.replace(/^./, (first) => first.toUpperCase())}Handler`;
  const [found] = ofType(template, 'AWS::Lambda::Function').find(([id]) => id.startsWith(start)) ?? [];
  if (found === undefined) throw new Error(`The template has no function ${name}`);
  return found;
};

/** Deploys the stack of these settings here. Every call its functions make to AWS is held against their policies. */
export const deploy = async (settings: Record<string, unknown> = {}): Promise<Deployment> => {
  const { template, folder } = synthesised(settings, true);
  const engine = await startEngine();
  const clicks = openQueue();
  const calls: (AwsCall & { allowed: boolean })[] = [];
  const failures: unknown[] = [];
  const running = new Set<Promise<unknown>>();
  const lambdas = new Map<string, Lambda>();
  const verdicts = new Map<string, Promise<boolean>>();
  let base = '';
  let aws: AwsEndpoint | undefined;
  const values = valuesFor(
    template,
    () => base,
    () => aws?.url ?? '',
  );
  const secrets = new Map(ofType(template, 'AWS::SecretsManager::Secret').map(([id]) => [values(id), secretText()]));
  const state: Pick<Deployment, 'refuses'> = { refuses: () => false };

  const allowed = (call: AwsCall): Promise<boolean> => {
    // Of a key only its prefix tells one verdict from another.
    const { caller, action, resource, context } = call;
    const prefixes = Object.values(context).map((keys) => [...new Set(keys.map((key) => key.slice(0, 8)))].sort());
    const like = JSON.stringify([caller, action, resource, prefixes]);
    const known = verdicts.get(like) ?? isAllowed(policiesOf(template, caller, values), call);
    verdicts.set(like, known);
    return known;
  };
  const guarded = (answer: (request: AwsRequest) => ReturnType<Parameters<typeof startAwsEndpoint>[0][string]>) => {
    return async (request: AwsRequest) => {
      const call = callOf(request);
      const verdict = await allowed(call);
      calls.push({ ...call, allowed: verdict });
      const refusal = `${call.caller} is not authorized to perform: ${call.action} on resource: ${call.resource}`;
      return verdict ? answer(request) : awsJsonError('AccessDeniedException', refusal);
    };
  };
  const fromTable = async (request: AwsRequest) => {
    const { headers, body } = request;
    const refuses = state.refuses(request);
    if (refuses === 'never answers') return new Promise<never>(() => undefined);
    if (refuses) return awsJsonError('InternalServerError', 'The table is down', 500);
    const names = ['content-type', 'x-amz-target', 'authorization', 'x-amz-date'];
    const sent = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
    const answer = await fetch(engine.endpoint, { method: 'POST', headers: sent, body });
    return {
      status: answer.status,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: await answer.text(),
    };
  };
  const later = (id: string, event: Json): void => {
    const run = (lambdas.get(id) as Lambda)
      .invoke(event)
      .catch((error: unknown) => failures.push(error))
      .finally(() => running.delete(run));
    running.add(run);
  };
  const functions = ofType(template, 'AWS::Lambda::Function');
  aws = await startAwsEndpoint({
    ...Object.fromEntries(TABLE_OPERATIONS.map((operation) => [operation, guarded(fromTable)])),
    GetSecretValue: guarded(({ body }) => awsJson({ SecretString: secrets.get(JSON.parse(body).SecretId) })),
    ...Object.fromEntries(Object.entries(clicks.handlers).map(([name, handler]) => [name, guarded(handler)])),
    ...Object.fromEntries(
      functions.map(([id]) => [
        `POST /2015-03-31/functions/${id}/invocations`,
        guarded(({ body }) => {
          later(id, JSON.parse(body));
          return { status: 202 };
        }),
      ]),
    ),
  });
  const idOf = (name: FunctionName) => functionIdOf(template, name);
  const invoke = (name: FunctionName, event: unknown) =>
    (lambdas.get(idOf(name)) as Lambda).invoke(event) as Promise<Json>;
  const handler =
    (name: FunctionName): GatewayHandler =>
    (event) =>
      invoke(name, event);
  const server = createGateway({ redirect: handler('redirect'), webhook: handler('webhook'), api: handler('api') });
  base = await listen(server);

  for (const [id, { Properties }] of functions) {
    lambdas.set(
      id,
      openLambda({
        name: id,
        folder: join(folder, `asset.${String(Properties.Code.S3Key).replace(/\.zip$/, '')}`),
        handler: Properties.Handler,
        environment: {
          ...filledIn(Properties.Environment.Variables, values),
          AWS_LAMBDA_FUNCTION_NAME: id,
          AWS_LAMBDA_LOG_LEVEL: Properties.LoggingConfig.ApplicationLogLevel,
          AWS_REGION: REGION,
          AWS_ACCESS_KEY_ID: id,
          AWS_SECRET_ACCESS_KEY: 'of-a-test',
          AWS_ENDPOINT_URL: aws.url,
        },
        timeoutMs: Properties.Timeout * 1000,
        memoryMb: Properties.MemorySize,
        logLevel: Properties.LoggingConfig.ApplicationLogLevel,
      }),
    );
  }
  const settled = async () => {
    while (running.size > 0) await Promise.all(running);
  };
  const [rootKeyId] = ofType(template, 'AWS::SecretsManager::Secret').find(([id]) => id.startsWith('RootKey')) ?? [''];
  return {
    base,
    rootKey: secrets.get(values(rootKeyId)) ?? '',
    template,
    values,
    idOf,
    invoke,
    outputOf: (name) => (lambdas.get(idOf(name)) as Lambda).output(),
    clicks,
    calls,
    failures,
    settled,
    table: engine.table,
    get refuses() {
      return state.refuses;
    },
    set refuses(refuses) {
      state.refuses = refuses;
    },
    close: async () => {
      for (const lambda of lambdas.values()) lambda.close();
      server.closeAllConnections();
      server.close();
      await aws?.close();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
