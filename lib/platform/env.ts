// What a function needs from its environment, read and checked before the first request.
import type { MasterKey } from './crypto.ts';
import { masterKeyFrom } from './master-key.ts';

/** What only some functions need; each declares its own, and is given no more. */
export interface Needs {
  /** Public address of the deployment: short links and webhook addresses start with it. */
  readonly baseUrl?: boolean;
  readonly rootKey?: boolean;
  readonly encryptionKey?: boolean;
  /** It is the roll-up function itself, and hands work over to another run of its own. */
  readonly isRollup?: boolean;
}

export interface Settings {
  readonly tableName: string;
  /** Another engine than AWS's, such as the embedded one. */
  readonly dynamodbEndpoint: string | undefined;
  readonly region: string;
  /** Without a trailing slash; empty for a function that has no need of it. */
  readonly baseUrl: string;
  /** Where shoppers go while nothing can be read; absent = nowhere. */
  readonly fallbackUrl: string | undefined;
  /** Creates merchants; absent = nobody can. */
  readonly rootKey: string | undefined;
  readonly masterKey: MasterKey | undefined;
  /** Where clicks go that the table can't take; absent = they are lost. */
  readonly clickQueueUrl: string | undefined;
  /** The function that rolls up; absent = queued roll-ups wait for the night. */
  readonly rollupFunction: string | undefined;
  /** What metrics are published under; absent = none are. */
  readonly metricsNamespace: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads a secret by its ARN. */
export type ReadSecret = (arn: string) => Promise<string>;

/** The URL that the environment names for shoppers; undefined where it names none. One that is no https URL is a problem. */
export const fallbackUrlOf = (env: Env, problems: string[]): string | undefined => {
  const url = env.FALLBACK_URL;
  if (url && URL.parse(url)?.protocol !== 'https:') problems.push(`FALLBACK_URL must be an https URL, not ${url}`);
  return url || undefined;
};

/** Reads the settings; throws one error that names everything missing or malformed. */
export const settingsFrom = async (env: Env, needs: Needs, readSecret: ReadSecret): Promise<Settings> => {
  const problems: string[] = [];
  const required = (name: string): string => {
    const value = env[name];
    if (!value) problems.push(`${name} is not set`);
    return value ?? '';
  };
  const secret = async (text: string | undefined, arn: string | undefined): Promise<string | undefined> =>
    text || (arn ? await readSecret(arn) : undefined);
  const tableName = required('TABLE_NAME');
  const baseUrl = needs.baseUrl ? required('BASE_URL').replace(/\/+$/, '') : '';
  const rootKey = needs.rootKey ? await secret(env.ROOT_KEY, env.ROOT_KEY_SECRET) : undefined;
  const encryptionKey = needs.encryptionKey ? await secret(env.ENCRYPTION_KEY, env.ENCRYPTION_KEY_SECRET) : undefined;
  if (needs.encryptionKey && encryptionKey === undefined) {
    problems.push('neither ENCRYPTION_KEY nor ENCRYPTION_KEY_SECRET is set');
  }
  const masterKey = encryptionKey === undefined ? undefined : masterKeyFrom(encryptionKey, problems);
  const fallbackUrl = fallbackUrlOf(env, problems);
  if (problems.length > 0) throw new Error(`Environment: ${problems.join('; ')}`);
  return {
    tableName,
    dynamodbEndpoint: env.DYNAMODB_ENDPOINT || undefined,
    region: env.AWS_REGION ?? 'local',
    baseUrl,
    fallbackUrl,
    rootKey: rootKey || undefined,
    masterKey,
    clickQueueUrl: env.CLICK_QUEUE_URL || undefined,
    rollupFunction: env.ROLLUP_FUNCTION || (needs.isRollup ? env.AWS_LAMBDA_FUNCTION_NAME : undefined),
    metricsNamespace: env.METRICS_NAMESPACE || undefined,
  };
};
