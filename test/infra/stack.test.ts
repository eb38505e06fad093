// The template that is deployed: what would hurt if it were otherwise.
import { beforeAll, describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../infra/bundles.ts';
import { routeKey } from '../../lib/contracts/route.ts';
import { routes } from '../../lib/contracts/routes.ts';
import { assumed } from '../bench/assumptions.ts';
import { ofType, type Resource, synthesised, type Template } from '../support/deployment/template.ts';
import type { Json } from '../support/http.ts';

let template: Template;
beforeAll(() => {
  ({ template } = synthesised());
});

const only = (type: string, from = template): Json => {
  const found = ofType(from, type);
  expect(found).toHaveLength(1);
  return found[0]?.[1].Properties;
};
const all = (type: string, from = template): Json[] => ofType(from, type).map(([, { Properties }]) => Properties);
const functionOf = (name: string, from = template): Resource =>
  ofType(from, 'AWS::Lambda::Function').find(([id]) => id.toLowerCase().startsWith(`${name}handler`))?.[1] as Resource;

const statements = (from = template): Json[] =>
  all('AWS::IAM::Policy', from).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
const actionsOf = ({ Action }: Json): string[] => [Action].flat();

describe('the API', () => {
  it("has the route table's routes, HEAD among them, and one for all else", () => {
    const keys = all('AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey);
    expect(keys.toSorted()).toEqual([...routes.map(routeKey), '$default'].toSorted());
    expect(keys).toContain('HEAD /{slug}');
    expect(keys.length).toBeLessThan(300);
  });

  it('sends each route to the function that serves it', () => {
    const integrations = new Map(
      ofType(template, 'AWS::ApiGatewayV2::Integration').map(([id, { Properties }]) => [
        id,
        Properties.IntegrationUri['Fn::GetAtt'][0] as string,
      ]),
    );
    const served = new Map(
      all('AWS::ApiGatewayV2::Route').map(({ RouteKey, Target }) => [
        RouteKey,
        integrations.get(JSON.stringify(Target).match(/"Ref":"(\w+)"/)?.[1] ?? ''),
      ]),
    );
    for (const route of routes) {
      expect(served.get(routeKey(route))?.toLowerCase()).toMatch(new RegExp(`^${route.serves}handler`));
    }
    expect(served.get('$default')).toMatch(/^RedirectHandler/);
    for (const { PayloadFormatVersion } of all('AWS::ApiGatewayV2::Integration'))
      expect(PayloadFormatVersion).toBe('2.0');
  });

  it('needs one permission a function', () => {
    const permissions = all('AWS::Lambda::Permission');
    expect(permissions).toHaveLength(3);
    for (const { SourceArn } of permissions) expect(JSON.stringify(SourceArn)).toContain('/*/*');
  });

  it('throttles every route by its class, once the routes are there', () => {
    const [[, stage] = []] = ofType(template, 'AWS::ApiGatewayV2::Stage');
    const settings = stage?.Properties.RouteSettings;
    expect(Object.keys(settings).toSorted()).toEqual(routes.map(routeKey).toSorted());
    expect(settings['GET /{slug}']).toEqual({ ThrottlingRateLimit: 5_000, ThrottlingBurstLimit: 5_000 });
    expect(settings['POST /webhooks/{storeId}']).toEqual({ ThrottlingRateLimit: 1_000, ThrottlingBurstLimit: 1_000 });
    expect(settings['POST /v1/links']).toEqual({ ThrottlingRateLimit: 300, ThrottlingBurstLimit: 600 });
    const routeIds = ofType(template, 'AWS::ApiGatewayV2::Route').map(([id]) => id);
    expect(stage?.DependsOn).toEqual(expect.arrayContaining(routeIds));
  });

  it('logs a request without a trace of who made it', () => {
    const { AccessLogSettings } = only('AWS::ApiGatewayV2::Stage');
    const logged = [...AccessLogSettings.Format.matchAll(/\$context\.([\w.]+)/g)].map((match) => match[1]);
    expect(logged).toContain('routeKey');
    const personal = /sourceIp|userAgent|path|query|header|authorizer|domain/i;
    expect(logged.filter((name) => personal.test(name))).toEqual([]);
    const line = AccessLogSettings.Format.replace('$context.requestId', 'JKJaXmPLvHcESHA=')
      .replace('$context.routeKey', 'GET /{slug}')
      .replace('$context.status', '302')
      .replace('$context.responseLatency', '12')
      .replace('$context.requestTimeEpoch', '1795168800000')
      .replace('$context.integrationErrorMessage', '-');
    expect(line).not.toContain('$');
    expect(line.length + 26).toBeLessThanOrEqual(assumed.accessLogBytes);
  });
});

describe('each function', () => {
  it.each(FUNCTION_NAMES)('%s runs on arm64 and Node 24 from a bundle, and logs for 30 days', (name) => {
    const { Properties } = functionOf(name);
    expect(Properties).toMatchObject({
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN', ApplicationLogLevel: 'INFO' },
    });
    const mapped = Properties.Environment.Variables.NODE_OPTIONS === '--enable-source-maps';
    expect(mapped).toBe(name !== 'redirect');
    expect(Properties.TracingConfig).toBeUndefined();
    const log = template.Resources[Properties.LoggingConfig.LogGroup.Ref];
    expect(log?.Properties.RetentionInDays).toBe(30);
  });

  it('redirect alone has concurrency of its own, unless told to have none', () => {
    const reserved = (from: Template) =>
      FUNCTION_NAMES.map((name) => functionOf(name, from).Properties.ReservedConcurrentExecutions);
    expect(reserved(template)).toEqual([500, undefined, undefined, undefined, undefined]);
    expect(reserved(synthesised({ redirectConcurrency: 0 }).template).filter(Boolean)).toEqual([]);
  });

  it('is told the ARNs of its own secrets, never a secret', () => {
    const named = (name: string) =>
      Object.keys(functionOf(name).Properties.Environment.Variables).filter((key) => /SECRET|KEY/.test(key));
    expect(named('api')).toEqual(['ROOT_KEY_SECRET', 'ENCRYPTION_KEY_SECRET']);
    for (const name of ['redirect', 'webhook', 'rollup', 'sweep']) {
      expect(named(name)).toEqual(['ENCRYPTION_KEY_SECRET']);
    }
    expect(JSON.stringify(template)).not.toContain('{{resolve:');
  });

  it('is told where shoppers go while nothing can be read, if it is the redirect', () => {
    const fallbackUrl = 'https://brand.com/hello';
    const told = (settings: object) =>
      FUNCTION_NAMES.map(
        (name) => functionOf(name, synthesised({ ...settings }).template).Properties.Environment.Variables,
      ).map(({ FALLBACK_URL }) => FALLBACK_URL);
    expect(told({})).toEqual(FUNCTION_NAMES.map(() => undefined));
    expect(told({ fallbackUrl })).toEqual(
      FUNCTION_NAMES.map((name) => (name === 'redirect' ? fallbackUrl : undefined)),
    );
  });

  it('is traced when asked to be', () => {
    const traced = synthesised({ tracing: 'true' }).template;
    for (const name of FUNCTION_NAMES) {
      expect(functionOf(name, traced).Properties.TracingConfig).toEqual({ Mode: 'Active' });
    }
  });
});

describe('what is granted', () => {
  it('names actions, never a wildcard', () => {
    const actions = statements().flatMap(actionsOf);
    expect(actions.length).toBeGreaterThan(30);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    expect(statements().filter(({ Resource }) => [Resource].flat().includes('*'))).toEqual([]);
  });

  it('is a policy of its own for each function: no policy of AWS, no role in common', () => {
    for (const role of all('AWS::IAM::Role')) expect(role.ManagedPolicyArns).toBeUndefined();
    const roles = FUNCTION_NAMES.map((name) => functionOf(name).Properties.Role['Fn::GetAtt'][0]);
    expect(new Set(roles).size).toBe(FUNCTION_NAMES.length);
  });

  it('goes through DynamoDB only where a key of yours encrypts the table', () => {
    const { template: managed } = synthesised({ encryption: 'customer-managed' });
    const onKey = statements(managed).filter((one) => actionsOf(one).some((action) => action.startsWith('kms:')));
    expect(onKey).toHaveLength(FUNCTION_NAMES.length);
    for (const { Condition } of onKey) expect(JSON.stringify(Condition)).toContain('kms:ViaService');
    expect(only('AWS::KMS::Key', managed).EnableKeyRotation).toBe(true);
    expect(only('AWS::DynamoDB::Table', managed).SSESpecification).toMatchObject({ SSEEnabled: true, SSEType: 'KMS' });
  });
});

describe('what holds data', () => {
  it('is on demand, restorable, protected, and forgets by itself', () => {
    expect(only('AWS::DynamoDB::Table')).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      GlobalSecondaryIndexes: [{ IndexName: 'listing', Projection: { ProjectionType: 'KEYS_ONLY' } }],
    });
  });

  it.each(['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup'])(
    '%s outlives the stack, and goes with it only where that was asked for',
    (type) => {
      const tryOut = synthesised({ retain: 'false' }).template;
      // What failed to be made the first time is in nobody's way, but for the table, which protects itself.
      const kept = type === 'AWS::DynamoDB::Table' ? 'Retain' : 'RetainExceptOnCreate';
      for (const [, { DeletionPolicy }] of ofType(template, type)) expect(DeletionPolicy).toBe(kept);
      for (const [, { DeletionPolicy }] of ofType(tryOut, type)) expect(DeletionPolicy).toBe('Delete');
      expect(only('AWS::DynamoDB::Table', tryOut).DeletionProtectionEnabled).toBe(false);
    },
  );

  it('is encrypted in queues too, which only TLS reaches', () => {
    for (const queue of all('AWS::SQS::Queue')) expect(queue.SqsManagedSseEnabled).toBe(true);
    expect(all('AWS::SQS::QueuePolicy')).toHaveLength(4);
    for (const policy of all('AWS::SQS::QueuePolicy')) expect(JSON.stringify(policy)).toContain('aws:SecureTransport');
  });

  it('is warmed up when asked to be', () => {
    const { template: warm } = synthesised({ warmReadUnits: 30_000, warmWriteUnits: 10_000 });
    expect(only('AWS::DynamoDB::Table', warm).WarmThroughput).toEqual({
      ReadUnitsPerSecond: 30_000,
      WriteUnitsPerSecond: 10_000,
    });
  });
});

describe('a table that was there before', () => {
  const kept = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:EncryptionKey1B843E66-AbCdEf';
  const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000';

  it("takes the place of the stack's own, with its key and its encryption key", () => {
    const { template: over } = synthesised({
      ...{ restoredTable: 'Old-at-20261126T093000', restoredTableKeyArn: keyArn, encryptionKeySecretArn: kept },
    });
    const { Variables } = functionOf('webhook', over).Properties.Environment;
    expect(Variables.TABLE_NAME).toBe('Old-at-20261126T093000');
    expect(Variables.ENCRYPTION_KEY_SECRET).toBe(kept);
    expect(over.Outputs.TableName?.Value).toBe('Old-at-20261126T093000');
    const all = statements(over);
    const onTable = all.filter((one) => actionsOf(one).some((action) => action.startsWith('dynamodb:')));
    expect(onTable.every(({ Resource }) => JSON.stringify(Resource).includes('table/Old-at-20261126T093000'))).toBe(
      true,
    );
    const onKey = all.filter((one) => actionsOf(one).some((action) => action.startsWith('kms:')));
    expect(onKey).toHaveLength(FUNCTION_NAMES.length);
    for (const { Resource } of onKey) expect(Resource).toBe(keyArn);
    // The root key alone is made anew; the stack's own table stays as it is.
    expect(ofType(over, 'AWS::SecretsManager::Secret')).toHaveLength(1);
    expect(ofType(over, 'AWS::DynamoDB::Table')).toHaveLength(1);
  });
});

describe('what runs by the clock', () => {
  it('is the night and the sweep, each with its dead letters', () => {
    const schedules = all('AWS::Scheduler::Schedule');
    expect(schedules.map(({ ScheduleExpression }) => ScheduleExpression).toSorted()).toEqual([
      'rate(1 hour)',
      'rate(5 minutes)',
    ]);
    for (const { Target } of schedules) expect(Target.DeadLetterConfig.Arn).toBeDefined();
    const invoked = all('AWS::Lambda::EventInvokeConfig');
    expect(invoked).toHaveLength(2);
    for (const { DestinationConfig } of invoked) expect(DestinationConfig.OnFailure.Destination).toBeDefined();
  });
});

describe('a name of your own', () => {
  const settings = {
    domainName: 'go.brand.com',
    certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-1111-2222-333344445555',
  };

  it('is the only way in, and what links begin with', () => {
    const { template: own } = synthesised(settings);
    expect(only('AWS::ApiGatewayV2::DomainName', own).DomainName).toBe('go.brand.com');
    expect(only('AWS::ApiGatewayV2::Api', own).DisableExecuteApiEndpoint).toBe(true);
    expect(functionOf('api', own).Properties.Environment.Variables.BASE_URL).toBe('https://go.brand.com');
    expect(own.Outputs.DomainTarget).toBeDefined();
    expect(ofType(own, 'AWS::Route53::RecordSet')).toEqual([]);
  });

  it('has those of merchants beside it, which lead to the same stage', () => {
    const { certificateArn } = settings;
    const domains = ['go.other.com', 'x-y.xn--bcher-kva.example'].map((domainName) => ({ domainName, certificateArn }));
    const { template: shared } = synthesised({ ...settings, domains });
    const names = all('AWS::ApiGatewayV2::DomainName', shared);
    expect(names.map(({ DomainName }) => DomainName).toSorted()).toEqual([
      'go.brand.com',
      'go.other.com',
      'x-y.xn--bcher-kva.example',
    ]);
    const mappings = all('AWS::ApiGatewayV2::ApiMapping', shared);
    expect(mappings).toHaveLength(3);
    expect(new Set(mappings.map(({ Stage, ApiId }) => JSON.stringify([Stage, ApiId]))).size).toBe(1);
    expect(Object.keys(shared.Outputs).filter((name) => name.startsWith('DomainTarget'))).toHaveLength(3);
    expect(functionOf('api', shared).Properties.Environment.Variables.BASE_URL).toBe('https://go.brand.com');
  });

  it("is known to the redirect, which takes every other for a merchant's", () => {
    expect(functionOf('redirect', synthesised(settings).template).Properties.Environment.Variables.BASE_URL).toBe(
      'https://go.brand.com',
    );
  });

  it('is pointed here by its zone, where that is named', () => {
    const { template: zoned } = synthesised({ ...settings, hostedZoneId: 'Z1', hostedZoneName: 'brand.com' });
    expect(
      all('AWS::Route53::RecordSet', zoned)
        .map(({ Type, Name }) => [Type, Name])
        .toSorted(),
    ).toEqual([
      ['A', 'go.brand.com.'],
      ['AAAA', 'go.brand.com.'],
    ]);
  });
});

describe('the outputs', () => {
  it('are what operators and the admin command ask for', () => {
    expect(Object.keys(template.Outputs).toSorted()).toMatchInlineSnapshot(`
      [
        "AlarmTopicArn",
        "ApiFunction",
        "ApiUrl",
        "ClickQueueUrl",
        "DashboardName",
        "DeadClicksArn",
        "DeadClicksUrl",
        "DeadNightsUrl",
        "DeadSweepsUrl",
        "EncryptionKeySecretArn",
        "RedirectFunction",
        "RollupFunction",
        "RootKeySecretArn",
        "SweepFunction",
        "TableName",
        "WebhookFunction",
      ]
    `);
  });
});
