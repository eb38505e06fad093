// Secrets of a deployed function, read from Secrets Manager when it starts.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { ReadSecret } from './env.ts';

/** A function that can't read its secrets can't answer: it fails in time for another attempt. */
const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/** Reads a secret's text; throws what Secrets Manager says, which never holds the secret. */
export const readSecret: ReadSecret = async (arn) => {
  const client = new SecretsManagerClient({ maxAttempts: 3, requestHandler: new NodeHttpHandler(TIMEOUTS) });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (!SecretString) throw new Error(`The secret ${arn} holds no text`);
    return SecretString;
  } finally {
    client.destroy();
  }
};
