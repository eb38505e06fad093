// The operator's command line against a deployed stack: the AWS SDK over HTTP, as far as the wire can be had on loopback.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AdminRun, runAdmin } from '../support/admin.ts';
import {
  type AwsAnswer,
  type AwsEndpoint,
  awsJson,
  awsJsonError,
  DUMMY_CREDENTIALS,
  startAwsEndpoint,
} from '../support/aws-endpoint.ts';
import { freePort, type RunningServer, startServer } from '../support/server.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:RootKey-AbCdEf';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const open: AwsEndpoint[] = [];
afterEach(() => Promise.all(open.splice(0).map((endpoint) => endpoint.close())));

const xml = (body: string, status = 200): AwsAnswer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `${body.replace('>', ' xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">')}`,
});

/** DescribeStacks of one stack, as CloudFormation's Query protocol answers it. */
const aStack = (outputs: Readonly<Record<string, string>>, status = 'CREATE_COMPLETE'): AwsAnswer => {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return xml(
    '<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>tributary</StackName>' +
      `<StackId>arn:aws:cloudformation:eu-central-1:123456789012:stack/tributary/1</StackId>` +
      `<CreationTime>2026-11-20T12:00:00Z</CreationTime><StackStatus>${status}</StackStatus>` +
      `<Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult>` +
      '<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></DescribeStacksResponse>',
  );
};

const refused = (code: string, message: string, status = 400): AwsAnswer =>
  xml(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>` +
      '<RequestId>1</RequestId></ErrorResponse>',
    status,
  );

interface Answers {
  readonly stack?: AwsAnswer;
  readonly secret?: AwsAnswer;
}

const deployed = (): AwsAnswer => aStack({ ApiUrl: `${server.base}/`, RootKeySecretArn: ARN, Other: 'x' });

/** AWS that answers so, and the environment that leads to it. */
const aws = async ({ stack = deployed(), secret }: Answers = {}) => {
  const rootKey = awsJson({ ARN, Name: 'RootKey', VersionId: '1', SecretString: server.rootKey, CreatedDate: 1.8e9 });
  const endpoint = await startAwsEndpoint({ DescribeStacks: () => stack, GetSecretValue: () => secret ?? rootKey });
  open.push(endpoint);
  const env = {
    ...DUMMY_CREDENTIALS,
    AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint.url,
  };
  return { endpoint, env };
};

const listing = (env: Record<string, string>, more: readonly string[] = []): Promise<AdminRun> =>
  runAdmin(['merchant', 'list', '--stack', 'tributary', ...more], { env });

const expectOneLine = ({ code, stdout, stderr }: AdminRun, line: RegExp) => {
  expect(stderr).toMatch(line);
  expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
};

describe('a stack', () => {
  it('says where it is and which secret holds its root key', async () => {
    const { endpoint, env } = await aws();
    const args = ['--currency', 'USD', '--time-zone', 'UTC', '--allowed-hosts', 'shop.example.com', '--json'];
    const made = await runAdmin(['merchant', 'create', '--stack', 'tributary', '--name', 'Deployed', ...args], { env });
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { id } = JSON.parse(made.stdout) as { id: string };
    expect((await listing(env)).stdout).toMatch(new RegExp(`^${id} +Deployed +USD`, 'm'));
    const [described, secret] = endpoint.requests;
    expect(new URLSearchParams(described?.body).get('StackName')).toBe('tributary');
    expect(JSON.parse(secret?.body ?? '')).toEqual({ SecretId: ARN });
  });

  it('goes before TRIBUTARY_URL, and its root key is nowhere in what is told', async () => {
    const { env } = await aws();
    const { code, stdout, stderr } = await listing({ ...env, TRIBUTARY_URL: 'http://127.0.0.1:9' }, ['--verbose']);
    expect(code).toBe(0);
    expect(stderr).toContain(`the stack tributary, ${server.base}, with the key in Secrets Manager of the stack`);
    expect(stdout + stderr).not.toContain(server.rootKey);
  });

  it('is asked for no secret when a merchant’s own key is enough', async () => {
    const { endpoint, env } = await aws({ secret: awsJsonError('AccessDeniedException', 'not allowed') });
    const { stderr } = await runAdmin(['store', 'list', '--stack', 'tributary'], {
      env: { ...env, TRIBUTARY_KEY: 'trb_live_of_nobody' },
    });
    expect(stderr).toContain('No valid API key (unauthorized, 401)');
    expect(endpoint.requests.map(({ operation }) => operation)).toEqual(['DescribeStacks']);
  });

  it('is looked for in the region and with the credentials that the options name', async () => {
    const { endpoint, env } = await aws();
    await listing(env, ['--region', 'us-west-2']);
    for (const { headers } of endpoint.requests) {
      expect(headers.authorization).toMatch(/Credential=AKIDEXAMPLE\/\d{8}\/us-west-2\//);
    }
    expect(endpoint.requests).toHaveLength(2);
  });
});

describe('one line says that', () => {
  it.each<[string, Answers, RegExp]>([
    [
      'there is no such stack',
      { stack: refused('ValidationError', 'Stack with id tributary does not exist') },
      /^Stack tributary: there is none of that name in eu-central-1 for these credentials$/m,
    ],
    [
      'the stack has no address',
      { stack: aStack({ RootKeySecretArn: ARN }, 'ROLLBACK_COMPLETE') },
      /^Stack tributary: it has no output ApiUrl; its state is ROLLBACK_COMPLETE$/m,
    ],
    [
      'the stack names no secret',
      { stack: aStack({ ApiUrl: 'https://api.example.com' }) },
      /^Stack tributary: it has no output RootKeySecretArn; its state is CREATE_COMPLETE$/m,
    ],
    [
      'the stack may not be read',
      { stack: refused('AccessDenied', 'User: arn:aws:iam::123456789012:user/jo is not authorized', 403) },
      /^Stack tributary: the AWS credentials do not allow cloudformation:DescribeStacks: User: arn/m,
    ],
    [
      'the credentials have expired',
      { stack: refused('ExpiredToken', 'The security token included in the request is expired', 403) },
      /^Stack tributary: the AWS credentials have expired: sign in again/m,
    ],
    [
      'the secret may not be read',
      { secret: awsJsonError('AccessDeniedException', 'User is not authorized') },
      /^Stack tributary: the AWS credentials do not allow secretsmanager:GetSecretValue: User is not authorized$/m,
    ],
    [
      'the credentials have expired between the two',
      { secret: awsJsonError('ExpiredTokenException', 'expired') },
      /^Stack tributary: the AWS credentials have expired/m,
    ],
    [
      'the secret is gone',
      { secret: awsJsonError('ResourceNotFoundException', 'Secrets Manager can\u2019t find the specified secret.') },
      /^Stack tributary: secretsmanager:GetSecretValue failed: ResourceNotFoundException: Secrets Manager can/m,
    ],
    [
      'the secret is no text',
      { secret: awsJson({ ARN, Name: 'RootKey', SecretBinary: 'AAAA' }) },
      /^Stack tributary: its root key's secret holds no text$/m,
    ],
  ])('%s', async (_, answers, line) => {
    const { env } = await aws(answers);
    expectOneLine(await listing(env), line);
  });

  it('AWS can’t be reached', async () => {
    const { env } = await aws();
    const away = `http://127.0.0.1:${await freePort()}`;
    expectOneLine(
      await listing({ ...env, AWS_ENDPOINT_URL_CLOUDFORMATION: away }),
      /^Stack tributary: cloudformation:DescribeStacks failed: .*ECONNREFUSED/,
    );
  });

  it.each<[string, readonly string[], readonly string[], RegExp]>([
    ['there are no credentials', ['AWS_ACCESS_KEY_ID'], [], /^Stack tributary: there are no AWS credentials to use: /],
    [
      'the profile has none',
      ['AWS_ACCESS_KEY_ID'],
      ['--profile', 'nobody'],
      /^Stack tributary, profile nobody: there are no/,
    ],
    ['no region is known', ['AWS_REGION'], [], /^Stack tributary: .*which region\? Say --region, or set AWS_REGION$/m],
  ])('%s', async (_, unset, more, line) => {
    const { env } = await aws();
    const left = Object.fromEntries(Object.entries(env).filter(([name]) => !unset.includes(name)));
    expectOneLine(await listing(left, more), line);
  });
});
