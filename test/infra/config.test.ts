// The context of a deployment: what it may say, and that every fault is named at once.
import { describe, expect, it } from 'vitest';
import { configFrom } from '../../infra/config.ts';

const faultsOf = (context: Record<string, unknown>): string => {
  try {
    configFrom(context);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

const CERTIFICATE = 'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-1111-2222-333344445555';

describe('the context', () => {
  it('needs to say nothing', () => {
    expect(configFrom({})).toMatchObject({
      stackName: 'Tributary',
      encryption: 'aws-owned',
      redirectConcurrency: 500,
      logRetentionDays: 30,
      tracing: false,
      retain: true,
    });
  });

  it('is the same from the command line, where all is text', () => {
    const typed = { redirectConcurrency: 0, retain: false, tracing: true, logRetentionDays: 7, apiRate: 50 };
    const text = Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, String(value)]));
    expect(configFrom(text)).toEqual(configFrom(typed));
    expect(configFrom(text)).toMatchObject(typed);
  });

  it("leaves the CDK's own context alone", () => {
    const theirs = {
      '@aws-cdk/core:target-partitions': ['aws'],
      'aws:cdk:bundling-stacks': [],
      'cli-telemetry': false,
    };
    expect(configFrom(theirs)).toEqual(configFrom({}));
  });

  it.each([
    ['stackName', '1-two', 'must be letters, digits and hyphens'],
    ['encryption', 'mine', 'aws-owned'],
    ['domainName', 'https://go.brand.com', 'must be a host name'],
    ['certificateArn', 'arn:aws:iam::1:x', 'must be the ARN of a certificate'],
    ['domains', 'go.brand.com', 'expected array'],
    ['edge', 'fastly', 'api-gateway'],
    ['fallbackUrl', 'http://brand.com', 'must be an https URL'],
    ['hostedZoneId', 'zone', 'must be the id of a Route 53 zone'],
    ['redirectConcurrency', '-1', '>=0'],
    ['redirectRate', '0', '>=1'],
    ['webhookBurst', '1.5', 'int'],
    ['warmWriteUnits', '100', '>=4000'],
    ['alarmEmail', 'me', 'must be an e-mail address'],
    ['logLevel', 'LOUD', 'DEBUG'],
    ['logRetentionDays', '31', 'must be one of 1, 3, 5'],
    ['tracing', 'yes', 'must be true or false'],
    ['restoredTableKeyArn', 'key', 'must be the ARN of a key'],
    ['encryptionKeySecretArn', 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:Name', 'must be the whole ARN'],
    ['redirectConcurency', '5', 'unknown; there are stackName'],
  ])('is refused where %s is %s', (name, value, told) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toContain(`${name}: `);
    expect(faults).toContain(told);
  });

  it('names every fault, not only the first', () => {
    const faults = faultsOf({ encryption: 'mine', tracing: 'yes', apiRate: 'fast', domainName: 'go.brand.com' });
    for (const name of ['encryption', 'tracing', 'apiRate', 'certificateArn']) expect(faults).toContain(`${name}: `);
  });

  it.each([
    [{ domainName: 'go.brand.com' }, 'certificateArn: is needed with domainName'],
    [
      { domains: [{ domainName: 'GO.brand.com', certificateArn: CERTIFICATE }] },
      'domains.0.domainName: must be a host name',
    ],
    [{ domains: [{ domainName: 'go.brand.com' }] }, 'domains.0.certificateArn: '],
    [
      { domains: Array(2).fill({ domainName: 'go.brand.com', certificateArn: CERTIFICATE }) },
      'domains: names go.brand.com twice',
    ],
    [{ certificateArn: CERTIFICATE }, 'domainName: is needed with certificateArn'],
    [{ hostedZoneId: 'Z123', hostedZoneName: 'brand.com' }, 'domainName: is needed with hostedZoneId'],
    [{ domainName: 'go.brand.com', certificateArn: CERTIFICATE, hostedZoneId: 'Z1' }, 'hostedZoneName: is needed with'],
    [
      { domainName: 'go.brand.com', certificateArn: CERTIFICATE, hostedZoneId: 'Z1', hostedZoneName: 'other.com' },
      'hostedZoneName: does not hold go.brand.com',
    ],
    [{ edge: 'cloudfront' }, 'domainName: is needed with edge cloudfront'],
    [
      { edge: 'cloudfront', domainName: 'go.brand.com', certificateArn: CERTIFICATE },
      `certificateArn: ${CERTIFICATE} is not of us-east-1`,
    ],
    [
      { edge: 'cloudfront', domains: [{ domainName: 'go.other.com', certificateArn: CERTIFICATE }] },
      `certificateArn: ${CERTIFICATE} is not of us-east-1`,
    ],
    [{ warmReadUnits: 20_000 }, 'warmWriteUnits: is needed with warmReadUnits'],
    [
      { restoredTable: 'Old', warmReadUnits: 20_000, warmWriteUnits: 9_000 },
      "warmWriteUnits: is of the stack's own table",
    ],
    [
      { restoredTableKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/0a-1b' },
      'restoredTable: is needed with restoredTableKeyArn',
    ],
  ])('is refused where what belongs together is not: %j', (context, told) => {
    expect(faultsOf(context)).toContain(told);
  });

  it('takes a domain of your own, with and without its zone', () => {
    const domain = { domainName: 'go.brand.com', certificateArn: CERTIFICATE };
    expect(configFrom(domain)).toMatchObject(domain);
    const zone = { ...domain, hostedZoneId: 'Z1', hostedZoneName: 'brand.com' };
    expect(configFrom(zone)).toMatchObject(zone);
  });
});
