// A function's environment: each needs its own, names all that is missing, and asks for no secret it has no need of.
import { describe, expect, it } from 'vitest';
import { type Needs, settingsFrom } from '../../lib/platform/env.ts';

const KEY = Buffer.alloc(32, 5).toString('base64');

/** Secrets by their ARN, and which were asked for. */
const secrets = (held: Record<string, string>) => {
  const asked: string[] = [];
  const read = async (arn: string) => {
    asked.push(arn);
    const secret = held[arn];
    if (secret === undefined) throw new Error(`no secret ${arn}`);
    return secret;
  };
  return { asked, read };
};

const settings = (env: Record<string, string>, needs: Needs, held: Record<string, string> = {}) =>
  settingsFrom(env, needs, secrets(held).read);

const everything: Needs = { baseUrl: true, rootKey: true, encryptionKey: true };

describe('the environment of a function', () => {
  it('names everything that is missing or malformed at once', async () => {
    const refused = settings({ ENCRYPTION_KEY: 'short', FALLBACK_URL: 'http://brand.com' }, everything);
    await expect(refused).rejects.toThrow(
      /TABLE_NAME is not set; BASE_URL is not set; ENCRYPTION_KEY must be 32 bytes.*; FALLBACK_URL must be an https URL/,
    );
    await expect(settings({}, { encryptionKey: true })).rejects.toThrow(
      /neither ENCRYPTION_KEY nor ENCRYPTION_KEY_SECRET/,
    );
  });

  it('may name secrets, which are read, in place of holding them', async () => {
    const env = {
      TABLE_NAME: 't',
      BASE_URL: 'https://go.brand.com/',
      ROOT_KEY_SECRET: 'r',
      ENCRYPTION_KEY_SECRET: 'e',
    };
    const read = await settings(env, everything, { r: 'root_1', e: KEY });
    expect(read).toMatchObject({ rootKey: 'root_1', baseUrl: 'https://go.brand.com', masterKey: { version: 1 } });
    expect(read.masterKey?.key).toEqual(Buffer.alloc(32, 5));
    expect(await settings({ ...env, ROOT_KEY: 'mine', ENCRYPTION_KEY: KEY }, everything)).toMatchObject({
      rootKey: 'mine',
    });
  });

  it('is not asked for what the function has no need of', async () => {
    const { asked, read } = secrets({});
    const env = { TABLE_NAME: 't', ROOT_KEY_SECRET: 'r', ENCRYPTION_KEY_SECRET: 'e' };
    const sweep = await settingsFrom(env, {}, read);
    expect(asked).toEqual([]);
    expect([sweep.rootKey, sweep.masterKey, sweep.baseUrl]).toEqual([undefined, undefined, '']);
  });

  it('may leave out the root key: then nobody can make merchants', async () => {
    const env = { TABLE_NAME: 't', BASE_URL: 'https://x.example', ENCRYPTION_KEY: KEY };
    expect((await settings(env, everything)).rootKey).toBeUndefined();
  });

  it('fails with the secret that can not be read', async () => {
    await expect(settings({ TABLE_NAME: 't', ENCRYPTION_KEY_SECRET: 'gone' }, everything)).rejects.toThrow(
      'no secret gone',
    );
  });

  it('tells the roll-up function its own name, and the others the one they are given', async () => {
    const env = { TABLE_NAME: 't', AWS_LAMBDA_FUNCTION_NAME: 'itself' };
    expect((await settings(env, { isRollup: true })).rollupFunction).toBe('itself');
    expect((await settings(env, {})).rollupFunction).toBeUndefined();
    expect((await settings({ ...env, ROLLUP_FUNCTION: 'the-other' }, {})).rollupFunction).toBe('the-other');
  });
});
