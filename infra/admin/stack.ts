// What a deployed stack says of itself: its address from CloudFormation, its root key from Secrets Manager.
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { fault, oneLine } from './fault.ts';

export interface StackName {
  readonly name: string;
  /** Both default to what the AWS SDK finds in its environment and files. */
  readonly region: string | undefined;
  readonly profile: string | undefined;
}

export interface DeployedStack {
  readonly url: string;
  readonly readRootKey: () => Promise<string>;
}

const EXPIRED = /^(ExpiredToken|RequestExpired)/;
const DENIED = /^AccessDenied/;
const NO_CREDENTIALS = /^(CredentialsProvider|TokenProvider)Error$/;

/** One line on why AWS did not answer; the services name the same trouble differently. */
const awsReason = (error: unknown, action: string): string => {
  const { name = '', message = '', code } = error as Error & { code?: string };
  if (EXPIRED.test(name)) return 'the AWS credentials have expired: sign in again (aws sso login) or renew them';
  if (DENIED.test(name)) return `the AWS credentials do not allow ${action}: ${oneLine(message)}`;
  if (NO_CREDENTIALS.test(name)) return `there are no AWS credentials to use: ${oneLine(message)}`;
  if (/^Region is missing/.test(message)) return 'which region? Say --region, or set AWS_REGION';
  return `${action} failed: ${oneLine([name === 'Error' ? code : name, message].filter(Boolean).join(': '))}`;
};

const asked = async <T>({ name, profile }: StackName, action: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    throw fault(`Stack ${name}${profile ? `, profile ${profile}` : ''}: ${awsReason(error, action)}`);
  }
};

const described = async (named: StackName): Promise<Stack> => {
  const { name, ...config } = named;
  const client = new CloudFormationClient(config);
  const ask = async () => {
    try {
      return (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0];
    } catch (error) {
      // CloudFormation has no name of its own for this: it says so only in words.
      const { name: code, message } = error as Error;
      if (code === 'ValidationError' && /does not exist/.test(message)) return undefined;
      throw error;
    } finally {
      client.destroy();
    }
  };
  const stack = await asked(named, 'cloudformation:DescribeStacks', ask);
  if (stack) return stack;
  throw fault(`Stack ${name}: there is none of that name in ${await client.config.region()} for these credentials`);
};

const outputOf = (stack: Stack, name: string): string => {
  const value = stack.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
  if (value) return value;
  throw fault(`Stack ${stack.StackName}: it has no output ${name}; its state is ${stack.StackStatus}`);
};

const secretOf = async (named: StackName, arn: string): Promise<string> => {
  const { name, ...config } = named;
  const client = new SecretsManagerClient(config);
  const ask = () => client.send(new GetSecretValueCommand({ SecretId: arn })).finally(() => client.destroy());
  const { SecretString: secret } = await asked(named, 'secretsmanager:GetSecretValue', ask);
  if (secret) return secret;
  throw fault(`Stack ${name}: its root key's secret holds no text`);
};

/** Reads the outputs `ApiUrl` and, once it is needed, `RootKeySecretArn`, and the secret there: the root key itself. */
export const readStack = async (named: StackName): Promise<DeployedStack> => {
  const stack = await described(named);
  return {
    url: outputOf(stack, 'ApiUrl'),
    readRootKey: () => secretOf(named, outputOf(stack, 'RootKeySecretArn')),
  };
};
