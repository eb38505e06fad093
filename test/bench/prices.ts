// The one price table: what AWS asks in us-east-1, as listed in November 2026. Free tiers are left out unless an entry
// says otherwise, so that a bill can only be lower.

/** `dollars` are asked for `per` units. */
export interface Price {
  readonly name: string;
  readonly dollars: number;
  readonly per: number;
  readonly unit: string;
  /** Where AWS publishes it. */
  readonly published: string;
}

export const PRICES_NOTED = '2026-11';

const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const SECRETS = 'https://aws.amazon.com/secrets-manager/pricing/';
const CLOUDFRONT = 'https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/';
const KMS = 'https://aws.amazon.com/kms/pricing/';

const price = (name: string, dollars: number, per: number, unit: string, published: string): Price => ({
  ...{ name, dollars, per, unit, published },
});

export const prices = {
  writeUnits: price('DynamoDB write units, on demand', 0.625, 1e6, 'WRU', DYNAMODB),
  readUnits: price('DynamoDB read units, on demand', 0.125, 1e6, 'RRU', DYNAMODB),
  tableStorage: price('DynamoDB storage', 0.25, 1, 'GB-month', DYNAMODB),
  tableBackup: price('DynamoDB point-in-time recovery', 0.2, 1, 'GB-month', DYNAMODB),
  lambdaRequests: price('Lambda requests', 0.2, 1e6, 'requests', LAMBDA),
  lambdaDuration: price('Lambda duration, arm64', 0.0000133334, 1, 'GB-second', LAMBDA),
  httpApi: price('API Gateway, HTTP API', 1, 1e6, 'requests', 'https://aws.amazon.com/api-gateway/pricing/'),
  logs: price('CloudWatch Logs, taken in', 0.5, 1, 'GB', CLOUDWATCH),
  accessLogs: price('CloudWatch Logs, access logs taken in', 0.5, 1, 'GB', CLOUDWATCH),
  logStorage: price('CloudWatch Logs, kept', 0.03, 1, 'GB-month', CLOUDWATCH),
  alarms: price('CloudWatch alarms', 0.1, 1, 'alarm-month', CLOUDWATCH),
  metrics: price('CloudWatch custom metrics', 0.3, 1, 'metric-month', CLOUDWATCH),
  /** The first three are free, which is said where one is counted. */
  dashboards: price('CloudWatch dashboards', 3, 1, 'dashboard-month', CLOUDWATCH),
  secrets: price('Secrets Manager, secrets', 0.4, 1, 'secret-month', SECRETS),
  secretCalls: price('Secrets Manager, calls', 0.05, 1e4, 'calls', SECRETS),
  keys: price('KMS keys of our own', 1, 1, 'key-month', KMS),
  keyCalls: price('KMS calls', 0.03, 1e4, 'calls', KMS),
  /** 14 million a month are free, and left out. */
  schedules: price('EventBridge Scheduler', 1, 1e6, 'invocations', 'https://aws.amazon.com/eventbridge/pricing/'),
  queues: price('SQS requests', 0.4, 1e6, 'requests', 'https://aws.amazon.com/sqs/pricing/'),
  emails: price('SNS e-mails', 2, 1e5, 'e-mails', 'https://aws.amazon.com/sns/pricing/'),
  transitions: price(
    'Step Functions transitions',
    0.025,
    1e3,
    'transitions',
    'https://aws.amazon.com/step-functions/pricing/',
  ),
  /** To the United States; to Europe 1.20, to India 1.60. The first ten million a month of an account are free. */
  edgeRequests: price('CloudFront, HTTPS requests', 1, 1e6, 'requests', CLOUDFRONT),
  /** The first two million a month are free. */
  edgeFunctions: price('CloudFront Functions', 0.1, 1e6, 'runs', CLOUDFRONT),
  /** The first TB a month is free. */
  edgeTransferOut: price('CloudFront, data transfer out', 0.085, 1, 'GB', CLOUDFRONT),
  /** After the first 100 GB a month of an account, which are free. */
  transferOut: price('Data transfer out', 0.09, 1, 'GB', 'https://aws.amazon.com/ec2/pricing/on-demand/'),
} as const satisfies Readonly<Record<string, Price>>;

/** What so many units cost, in dollars. */
export const dollarsFor = ({ dollars, per }: Price, amount: number): number => (amount / per) * dollars;
