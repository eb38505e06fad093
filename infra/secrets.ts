// The two secrets of a deployment, made by Secrets Manager and seen by nobody.
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { type Config, keptWhen } from './config.ts';

/** Read as base64 this many letters and digits are 32 bytes. */
const ENCRYPTION_KEY_LENGTH = 43;
const ROOT_KEY_LENGTH = 43;

export interface Secrets {
  readonly rootKey: ISecret;
  readonly encryptionKey: ISecret;
}

/** Kept when the stack goes, as the table is: without its encryption key the table's secrets are lost. */
export const createSecrets = (scope: Construct, config: Config): Secrets => {
  const removalPolicy = keptWhen(config);
  const secret = (id: string, description: string, passwordLength: number, onRotation: string) => {
    const made = new Secret(scope, id, {
      description,
      removalPolicy,
      generateSecretString: { passwordLength, excludePunctuation: true },
    });
    acknowledge(made, 'SMG4', onRotation);
    return made;
  };
  return {
    rootKey: secret(
      'RootKey',
      'Creates merchants and mints their admin keys',
      ROOT_KEY_LENGTH,
      'Only operators use it, by hand: it is changed when one of them leaves, as docs/operations.md says',
    ),
    encryptionKey:
      config.encryptionKeySecretArn === undefined
        ? secret(
            'EncryptionKey',
            'Seals webhook secrets and kept bodies; visitors, customers and click ids derive from it',
            ENCRYPTION_KEY_LENGTH,
            'A new key is added beside the old ones, which open what they sealed: docs/operations.md says how',
          )
        : Secret.fromSecretCompleteArn(scope, 'KeptEncryptionKey', config.encryptionKeySecretArn),
  };
};
