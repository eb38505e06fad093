// What a function needs from its environment, read and checked before the first request.
import type { MasterKey } from './crypto.ts';

export interface Settings {
  readonly tableName: string;
  /** Another engine than AWS's, such as the embedded one. */
  readonly dynamodbEndpoint: string | undefined;
  readonly region: string;
  /** Public address of the deployment, without a trailing slash: short links and webhook addresses start with it. */
  readonly baseUrl: string;
  /** Creates merchants; absent = nobody can. */
  readonly rootKey: string | undefined;
  readonly masterKey: MasterKey;
}

/** Reads the settings; throws one error that names everything missing or malformed. */
export const settingsFrom = (env: Readonly<Record<string, string | undefined>>): Settings => {
  const problems: string[] = [];
  const required = (name: string): string => {
    const value = env[name];
    if (!value) problems.push(`${name} is not set`);
    return value ?? '';
  };
  const settings: Settings = {
    tableName: required('TABLE_NAME'),
    dynamodbEndpoint: env.DYNAMODB_ENDPOINT || undefined,
    region: env.AWS_REGION ?? 'local',
    baseUrl: required('BASE_URL').replace(/\/+$/, ''),
    rootKey: env.ROOT_KEY || undefined,
    masterKey: { version: 1, key: Buffer.from(required('ENCRYPTION_KEY'), 'base64') },
  };
  if (settings.masterKey.key.length !== 32) problems.push('ENCRYPTION_KEY must be 32 bytes in base64');
  if (problems.length > 0) throw new Error(`Environment: ${problems.join('; ')}`);
  return settings;
};
