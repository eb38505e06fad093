// Where commands go and with which key: the local server, an address, or what a CloudFormation stack deployed.
import { localServerOf } from '../local/settings.ts';
import { fault, misuse } from './fault.ts';
import { readSecretFile } from './secret-file.ts';

/** A key, and where it was found: what may be told of it. */
export interface Key {
  readonly text: string;
  readonly from: string;
}

export interface Target {
  readonly url: string;
  /** What was asked for, in words. */
  readonly named: string;
  /** Found only when a command needs it. */
  readonly rootKey: () => Promise<Key>;
}

/** Options as given, by name. */
type Given = Readonly<Record<string, string | boolean | undefined>>;

const textOf = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const addressOf = (text: string, from: string): string => {
  const address = text.replace(/\/+$/, '');
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? '')) {
    throw fault(`${from} must be an address such as https://go.example.com, not ${text}`);
  }
  return address;
};

/** What the local settings object to, as a fault. */
const settled = <T>(read: () => T): T => {
  try {
    return read();
  } catch (error) {
    throw fault((error as Error).message);
  }
};

const localTarget = (env: NodeJS.ProcessEnv): Target => {
  const { port, secretsPath, readRootKey } = settled(() => localServerOf(env));
  if (port === 0) throw fault('PORT is 0, which is any port: say with --url where the server listens');
  const rootKey = async () => {
    const text = settled(readRootKey);
    if (text) return { text, from: env.ROOT_KEY ? 'of ROOT_KEY' : `of ${secretsPath}` };
    throw fault(
      `There is no root key: ROOT_KEY is not set, and ${secretsPath} is made by the first start of the server`,
    );
  };
  return { url: `http://localhost:${port}`, named: 'the local server', rootKey };
};

const addressTarget = (text: string, from: string, env: NodeJS.ProcessEnv): Target => {
  const url = addressOf(text, from);
  const rootKey = async () => {
    if (env.TRIBUTARY_ROOT_KEY) return { text: env.TRIBUTARY_ROOT_KEY, from: 'of TRIBUTARY_ROOT_KEY' };
    throw fault(`There is no root key for ${url}: set TRIBUTARY_ROOT_KEY, or say --key-file or --key -`);
  };
  return { url, named: from, rootKey };
};

const stackTarget = async (name: string, given: Given): Promise<Target> => {
  // Loaded only now: the AWS SDK takes longer to load than a local command takes to run.
  const { readStack } = await import('./stack.ts');
  const stack = await readStack({ name, region: textOf(given.region), profile: textOf(given.profile) });
  return {
    url: addressOf(stack.url, `ApiUrl of the stack ${name}`),
    named: `the stack ${name}`,
    rootKey: async () => ({ text: await stack.readRootKey(), from: `in Secrets Manager of the stack ${name}` }),
  };
};

/** The place that options and environment name; what is on the command line goes before the environment. */
export const targetOf = async (given: Given, env: NodeJS.ProcessEnv): Promise<Target> => {
  const [url, stack] = [textOf(given.url), textOf(given.stack)];
  if (url && stack) throw misuse('--url and --stack exclude each other');
  if (!stack && (given.region ?? given.profile) !== undefined) throw misuse('--region and --profile belong to --stack');
  if (stack) return stackTarget(stack, given);
  if (url) return addressTarget(url, '--url', env);
  return env.TRIBUTARY_URL ? addressTarget(env.TRIBUTARY_URL, 'TRIBUTARY_URL', env) : localTarget(env);
};

const merchantKey = (env: NodeJS.ProcessEnv): Key => {
  if (env.TRIBUTARY_KEY) return { text: env.TRIBUTARY_KEY, from: 'of TRIBUTARY_KEY' };
  throw fault("This needs a merchant's own key: set TRIBUTARY_KEY, or say --key-file or --key -");
};

const foundKey = async (target: Target, needsRoot: boolean, given: Given, env: NodeJS.ProcessEnv): Promise<Key> => {
  const [key, file] = [given.key, textOf(given['key-file'])];
  if (key !== undefined && file) throw misuse('--key and --key-file exclude each other');
  // Not echoed: it may well be one.
  if (key !== undefined && key !== '-') {
    throw misuse('--key takes only -, for standard input: others on this machine can read a command line');
  }
  if (key) return { text: await readSecretFile('-'), from: 'of standard input' };
  if (file) return { text: await readSecretFile(file), from: `of ${file}` };
  return needsRoot ? target.rootKey() : merchantKey(env);
};

/** The key for a command: the one that --key - or --key-file brings, else the place's root key, else TRIBUTARY_KEY. */
export const keyFor = async (...from: Parameters<typeof foundKey>): Promise<Key> => {
  const key = await foundKey(...from);
  if (/^[\x21-\x7e]+$/.test(key.text)) return key;
  throw fault(`The key ${key.from} is not one word of plain characters`);
};
