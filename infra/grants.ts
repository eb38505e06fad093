// What each function may do: the calls its code makes, and no others. A test drives the functions and compares.
import type { FunctionName } from './bundles.ts';

/** A statement about the table; `partitions` are the prefixes of the partition keys it is limited to. */
export interface TableGrant {
  readonly actions: readonly string[];
  readonly on: 'table' | 'index';
  readonly partitions?: readonly string[];
}

const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'] as const;
const WRITE = ['dynamodb:PutItem', 'dynamodb:BatchWriteItem'] as const;
const REMOVE = ['dynamodb:DeleteItem'] as const;

const LISTING: TableGrant = { actions: ['dynamodb:Query'], on: 'index' };

export const TABLE_GRANTS: Readonly<Record<FunctionName, readonly TableGrant[]>> = {
  // The function the whole internet talks to can add clicks, and what is told of visits, and change nothing else.
  redirect: [
    { actions: ['dynamodb:GetItem'], on: 'table', partitions: ['LNK#', 'BIO#', 'DOM#', 'ENT#mer_', 'ENT#crt_'] },
    { actions: ['dynamodb:PutItem'], on: 'table', partitions: ['CLK#', 'VST#'] },
  ],
  webhook: [{ actions: [...READ, ...WRITE, ...REMOVE], on: 'table' }],
  api: [{ actions: [...READ, ...WRITE, ...REMOVE], on: 'table' }, LISTING],
  rollup: [{ actions: [...READ, ...WRITE, ...REMOVE], on: 'table' }, LISTING],
  sweep: [{ actions: [...READ, ...WRITE, ...REMOVE], on: 'table' }, LISTING],
};

export interface OtherGrants {
  readonly rootKey?: true;
  readonly encryptionKey?: true;
  /** Putting clicks into the queue, or taking them out. */
  readonly clicks?: 'send' | 'drain';
  /** Starting the roll-up function. */
  readonly startsRollup?: true;
}

export const OTHER_GRANTS: Readonly<Record<FunctionName, OtherGrants>> = {
  redirect: { encryptionKey: true, clicks: 'send' },
  webhook: { encryptionKey: true },
  api: { rootKey: true, encryptionKey: true, startsRollup: true },
  rollup: { encryptionKey: true, startsRollup: true },
  sweep: { encryptionKey: true, clicks: 'drain', startsRollup: true },
};

export const QUEUE_ACTIONS = {
  send: ['sqs:SendMessage'],
  // Deleting ten at once is authorised as deleting one.
  drain: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
} as const;

/** Through DynamoDB alone: what reading and writing a table needs that is encrypted under a key of yours. */
export const KEY_ACTIONS = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'] as const;
