// What a request to AWS asks of IAM: who, which action, on what, under which conditions.

import type { AwsRequest } from '../aws-endpoint.ts';
import type { Json } from '../http.ts';
import { ACCOUNT, type AwsCall, REGION } from './iam.ts';

type Items = Readonly<Record<string, Json>>;

const tableArn = (table: string) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table}`;

/** The partition keys a DynamoDB request names, which IAM can limit it to. */
const leadingKeys = ({ Key, Item, ExpressionAttributeValues, RequestItems }: Json): string[] => {
  if (Key ?? Item) return [(Key ?? Item).pk.S];
  if (ExpressionAttributeValues) return [ExpressionAttributeValues[':p'].S];
  const [batch] = Object.values<Json>(RequestItems ?? {});
  const keys: Items[] = batch?.Keys ?? (batch ?? []).map((one: Json) => one.PutRequest?.Item ?? one.DeleteRequest?.Key);
  return keys.map(({ pk }) => pk.S);
};

const onTable = (operation: string, input: Json): Omit<AwsCall, 'caller'> => {
  const table = tableArn(input.TableName ?? Object.keys(input.RequestItems ?? {})[0]);
  const keys = leadingKeys(input);
  return {
    action: `dynamodb:${operation}`,
    resource: input.IndexName ? `${table}/index/${input.IndexName}` : table,
    context: { 'dynamodb:LeadingKeys': [...new Set(keys)] },
  };
};

/** One of several is authorised as one. */
const QUEUE_ACTIONS: Readonly<Record<string, string>> = { DeleteMessageBatch: 'DeleteMessage' };

/** The function's logical id, which stands where an access key would. */
const callerOf = ({ headers }: AwsRequest): string =>
  /Credential=([^/]+)\//.exec(String(headers.authorization))?.[1] ?? 'nobody';

export const callOf = (request: AwsRequest): AwsCall => {
  const { operation, headers, path, body } = request;
  const caller = callerOf(request);
  const target = String(headers['x-amz-target'] ?? '');
  const input = body.startsWith('{') ? JSON.parse(body) : {};
  if (target.startsWith('DynamoDB')) return { caller, ...onTable(operation, input) };
  if (target.startsWith('secretsmanager')) {
    return { caller, action: `secretsmanager:${operation}`, resource: input.SecretId, context: {} };
  }
  if (target.startsWith('AmazonSQS')) {
    const name = String(input.QueueUrl).split('/').at(-1);
    const resource = `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
    return { caller, action: `sqs:${QUEUE_ACTIONS[operation] ?? operation}`, resource, context: {} };
  }
  const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(path)?.[1];
  const resource = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
  return { caller, action: 'lambda:InvokeFunction', resource, context: {} };
};
