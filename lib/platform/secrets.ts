// Secrets of a deployed function, read from Secrets Manager when it starts.
import { createAwsJson } from './aws-json.ts';
import type { ReadSecret } from './env.ts';

/** Reads a secret's text; throws what Secrets Manager says, which never holds the secret. */
export const readSecret: ReadSecret = async (arn) => {
  const client = createAwsJson({
    ...{ service: 'secretsmanager', region: arn.split(':')[3] ?? '', version: '1.1' },
    // A function that can't read its secrets can't answer: it fails in time for another attempt.
    ...{ maxAttempts: 3, connectMs: 1_000, answerMs: 3_000 },
  });
  try {
    const answer = await client.ask('secretsmanager.GetSecretValue', { SecretId: arn });
    const { SecretString } = answer as { readonly SecretString?: string };
    if (!SecretString) throw new Error(`The secret ${arn} holds no text`);
    return SecretString;
  } finally {
    client.close();
  }
};
