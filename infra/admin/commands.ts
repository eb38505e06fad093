// Every command there is, in the order that help lists them, and the options that all of them take.
import type { Command, Option } from './command.ts';
import { eventCommands } from './events.ts';
import { keyCommands } from './keys.ts';
import { merchantCommands } from './merchants.ts';
import { rollupCommands } from './rollups.ts';
import { storeCommands } from './stores.ts';

export const commands: readonly Command[] = [
  ...merchantCommands,
  ...keyCommands,
  ...storeCommands,
  ...eventCommands,
  ...rollupCommands,
];

/** Where to, with which key, how told. */
export const SHARED_OPTIONS: readonly Option[] = [
  { field: 'url', takes: 'text', value: 'URL', says: 'ask this address, not the local server' },
  { field: 'stack', takes: 'text', value: 'NAME', says: 'ask what this CloudFormation stack deployed' },
  { field: 'region', takes: 'text', value: 'REGION', says: "the stack's; default as the AWS SDK finds it" },
  { field: 'profile', takes: 'text', value: 'NAME', says: 'the AWS profile to read the stack with' },
  { field: 'key', takes: 'text', value: '-', says: 'read the key from standard input' },
  { field: 'key', takes: 'file', value: 'FILE', says: 'read the key from a file' },
  { field: 'idempotencyKey', takes: 'text', value: 'KEY', says: 'repeat an earlier run, doing nothing twice' },
  { field: 'json', takes: 'nothing', says: "print the API's answer as it is" },
  { field: 'verbose', takes: 'nothing', says: 'say on standard error what is asked, and where the key is from' },
  { field: 'help', takes: 'nothing', says: 'show this' },
];

/** What all commands take, less what means nothing to this one: only a POST is repeated by name. */
export const sharedOptionsOf = ({ route }: Command): readonly Option[] =>
  SHARED_OPTIONS.filter(({ field }) => field !== 'idempotencyKey' || route.method === 'POST');
