// Secrets of a deployed function, read from Secrets Manager when it starts.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { patience } from './aws-client.ts';
import type { ReadSecret } from './env.ts';

/** Reads a secret's text; throws what Secrets Manager says, which never holds the secret. */
export const readSecret: ReadSecret = async (arn) => {
  // A function that can't read its secrets can't answer: it fails in time for another attempt.
  const client = new SecretsManagerClient(patience(1_000, 3_000, 3));
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (!SecretString) throw new Error(`The secret ${arn} holds no text`);
    return SecretString;
  } finally {
    client.destroy();
  }
};
