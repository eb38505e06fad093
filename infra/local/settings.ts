// What the local server is started with, and the secrets it makes for itself on first use.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MasterKey } from '../../lib/platform/crypto.ts';
import { fallbackUrlOf } from '../../lib/platform/env.ts';
import { masterKeyFrom } from '../../lib/platform/master-key.ts';

export interface LocalSettings {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /** Where links and webhook addresses point; undefined = where the server listens. */
  readonly baseUrl: string | undefined;
  readonly fallbackUrl: string | undefined;
  readonly rootKey: string;
  readonly masterKey: MasterKey;
  /** An engine other than the embedded one. */
  readonly dynamodbEndpoint: string | undefined;
  readonly empty: boolean;
}

interface Secrets {
  readonly rootKey: string;
  readonly encryptionKey: string;
}

/** Where a folder's secrets are. */
export const secretsPathOf = (dataDir: string): string => join(dataDir, 'secrets.json');

const readSecrets = (path: string): Secrets => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Secrets;
  } catch {
    throw new Error(`${path} can't be read; without its encryption key the folder's secrets are lost`);
  }
};

/**
 * Reads the folder's secrets or makes them, readable by its owner alone. Whoever holds the folder holds them: on a
 * laptop they protect against a stray copy of the table, not against a thief.
 */
const secretsOf = (dataDir: string): Secrets => {
  const path = secretsPathOf(dataDir);
  if (existsSync(path)) return readSecrets(path);
  const made = {
    rootKey: `root_${randomBytes(24).toString('base64url')}`,
    encryptionKey: randomBytes(32).toString('base64'),
  };
  // Whole or not at all: half a key would lock the folder for good.
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, path);
  return made;
};

const masterKeyOf = (dataDir: string, { encryptionKey }: Secrets): MasterKey => {
  const key = masterKeyFrom(encryptionKey, []);
  if (!key) throw new Error(`${secretsPathOf(dataDir)}: encryptionKey must be 32 bytes in base64, or 2:KEY 1:KEY`);
  return key;
};

const portOf = (text: string | undefined): number => {
  const port = Number(text ?? 8787);
  // Number('') and Number(' ') are 0, which would be a port of the system's choice.
  if (!/^\d+$/.test(text ?? '8787') || port > 65_535) throw new Error(`PORT must be 0 to 65535, not ${text}`);
  return port;
};

const endpointOf = (text: string | undefined): string | undefined => {
  // `localhost:8000` is a URL too, of the scheme `localhost`.
  if (!text || /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text || undefined;
  throw new Error(`DYNAMODB_ENDPOINT must be a URL such as http://localhost:8000, not ${text}`);
};

/**
 * Where a server started with this environment listens, and its root key once it has one. Makes no folder and no
 * secret: whoever only asks the server must not.
 */
export const localServerOf = (env: NodeJS.ProcessEnv) => {
  const secretsPath = secretsPathOf(resolve(env.DATA_DIR || '.data'));
  const readRootKey = (): string | undefined =>
    env.ROOT_KEY || (existsSync(secretsPath) ? readSecrets(secretsPath).rootKey : undefined);
  return { port: portOf(env.PORT || undefined), secretsPath, readRootKey };
};

/** Settings from the environment and the command line; throws with one clear line. */
export const localSettings = (env: NodeJS.ProcessEnv, args: readonly string[]): LocalSettings => {
  const unknown = args.filter((arg) => arg !== '--empty');
  if (unknown.length > 0) throw new Error(`Unknown option ${unknown[0]}; there is only --empty`);
  const port = portOf(env.PORT || undefined);
  const dynamodbEndpoint = endpointOf(env.DYNAMODB_ENDPOINT);
  const problems: string[] = [];
  const fallbackUrl = fallbackUrlOf(env, problems);
  if (problems[0] !== undefined) throw new Error(problems[0]);
  const dataDir = resolve(env.DATA_DIR || '.data');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const secrets = secretsOf(dataDir);
  const host = env.HOST || '127.0.0.1';
  return {
    port,
    host,
    dataDir,
    baseUrl: env.BASE_URL?.replace(/\/+$/, '') || undefined,
    fallbackUrl,
    rootKey: env.ROOT_KEY || secrets.rootKey,
    masterKey: masterKeyOf(dataDir, secrets),
    dynamodbEndpoint,
    empty: args.includes('--empty'),
  };
};
