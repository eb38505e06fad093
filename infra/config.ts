// What a deployment can be told: CDK context, checked when the stack is synthesised, every fault named at once.
import { RemovalPolicy } from 'aws-cdk-lib';
import * as z from 'zod';
import { hostNameOf } from '../lib/domain/hosts.ts';

const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653] as const;

/** `-c name=value` gives text, cdk.json whatever JSON has. */
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')], {
  error: 'must be true or false',
});
const hostName = z
  .string()
  .refine((text) => hostNameOf(text) === text, 'must be a host name such as go.brand.com, in lower case and Punycode');

const certificate = z
  .string()
  .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[a-f0-9-]+$/, 'must be the ARN of a certificate in ACM');

const merchantDomain = z.strictObject({ domainName: hostName, certificateArn: certificate });

const throttle = (rate: number, burst: number) => ({
  rate: whole(1, 1_000_000).default(rate),
  burst: whole(1, 1_000_000).default(burst),
});

const [redirect, webhook, api] = [throttle(5_000, 5_000), throttle(1_000, 1_000), throttle(300, 600)];

const Config = z.strictObject({
  /** Several deployments live side by side under names of their own; metrics are published under it too. */
  stackName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,59}$/, 'must be letters, digits and hyphens')
    .default('Tributary'),
  encryption: z.enum(['aws-owned', 'customer-managed']).default('aws-owned'),
  /** A table restored from a backup, which takes the place of the stack's own: docs/operations.md says when. */
  restoredTable: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{3,255}$/, 'must be the name of a table')
    .optional(),
  /** The key it is encrypted under, where that is one of your account and not this stack's. */
  restoredTableKeyArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/, 'must be the ARN of a key in KMS')
    .optional(),
  /** The encryption key of a stack that was there before, whose table this one takes over. */
  encryptionKeySecretArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+-[A-Za-z0-9]{6}$/,
      'must be the whole ARN of a secret',
    )
    .optional(),
  /** Serves links and API under this name instead of the one API Gateway makes up. */
  domainName: hostName.optional(),
  certificateArn: certificate.optional(),
  /** The Route 53 zone that is to point the name here; without it you set the record yourself. */
  hostedZoneId: z
    .string()
    .regex(/^Z[A-Z0-9]+$/, 'must be the id of a Route 53 zone, Z...')
    .optional(),
  hostedZoneName: hostName.optional(),
  /** Names of merchants beside it, each with its certificate; links on them are made once the merchant has claimed it. */
  domains: z.array(merchantDomain).optional(),
  /** Where shoppers go whose link can't be read and never was, while the table is away. */
  fallbackUrl: z.url({ protocol: /^https$/, error: 'must be an https URL' }).optional(),
  /** What stands before links: CloudFront leaves API Gateway out of them, and tells the shopper's country. */
  edge: z.enum(['api-gateway', 'cloudfront']).default('api-gateway'),
  /**
   * Environments of the redirect, reserved and at most; 0 reserves none, as an account limited to 10 needs. Lambda
   * lets each take ten requests a second, so this is a tenth of the clicks a second that are answered.
   */
  redirectConcurrency: whole(0, 100_000).default(500),
  redirectRate: redirect.rate,
  redirectBurst: redirect.burst,
  webhookRate: webhook.rate,
  webhookBurst: webhook.burst,
  apiRate: api.rate,
  apiBurst: api.burst,
  /** Units a second the table is ready for at once; it grows by itself, but not within a minute. */
  warmWriteUnits: whole(4_000, 10_000_000).optional(),
  warmReadUnits: whole(12_000, 10_000_000).optional(),
  alarmEmail: z.email('must be an e-mail address').optional(),
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('WARN'),
  logRetentionDays: z.coerce
    .number()
    .refine((days) => LOG_DAYS.includes(days as (typeof LOG_DAYS)[number]), `must be one of ${LOG_DAYS.join(', ')}`)
    .default(30),
  tracing: flag.default(false),
  /** False lets everything go with the stack: for try-outs. */
  retain: flag.default(true),
});

export type Config = z.output<typeof Config>;

/** What outlives the stack, but not a first deploy that failed: another try would find its name taken. */
export const keptWhen = ({ retain }: Pick<Config, 'retain'>): RemovalPolicy =>
  retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;

/** The CDK's own context has names with `:` or `/`, or is of its command line. */
const isOurs = (name: string): boolean =>
  !/[:/]/.test(name) && !['cli-telemetry', 'acknowledged-issue-numbers'].includes(name);

/** Settings that say something together, or only beside another. */
const TOGETHER: readonly (readonly string[])[] = [
  ['domainName', 'certificateArn'],
  ['hostedZoneId', 'hostedZoneName'],
  ['warmWriteUnits', 'warmReadUnits'],
];
const BESIDE: Readonly<Record<string, string>> = { hostedZoneId: 'domainName', restoredTableKeyArn: 'restoredTable' };

const isOfVirginia = (arn: unknown): boolean => String(arn).split(':')[3] === 'us-east-1';

/** Links begin with the name, which the function is told before there is a distribution; certificates are CloudFront's own. */
const faultsOfEdge = ({ edge, domainName, certificateArn, domains }: Readonly<Record<string, unknown>>): string[] => {
  if (edge !== 'cloudfront') return [];
  const named = Array.isArray(domains) ? domains.map((one) => one?.certificateArn) : [];
  const elsewhere = [certificateArn, ...named].filter((arn) => arn !== undefined && !isOfVirginia(arn));
  return [
    ...(domainName === undefined ? ['domainName: is needed with edge cloudfront'] : []),
    ...elsewhere.map((arn) => `certificateArn: ${arn} is not of us-east-1, the one region CloudFront takes them from`),
  ];
};

/** Faults of settings in one another's company, whatever each of them says. */
const faultsTogether = (settings: Readonly<Record<string, unknown>>): string[] => {
  const has = (name: string) => settings[name] !== undefined;
  const { domainName, hostedZoneName, domains } = settings;
  const named = Array.isArray(domains)
    ? domains.map((one) => (one as { domainName?: unknown } | null)?.domainName)
    : [];
  const twice = named.filter((name, i) => name !== undefined && (name === domainName || named.indexOf(name) < i));
  const lies = domainName === hostedZoneName || String(domainName).endsWith(`.${hostedZoneName}`);
  return [
    ...TOGETHER.flatMap((names) =>
      names.some(has)
        ? names.filter((name) => !has(name)).map((name) => `${name}: is needed with ${names.filter(has).join(' and ')}`)
        : [],
    ),
    ...Object.entries(BESIDE).flatMap(([name, other]) =>
      has(name) && !has(other) ? [`${other}: is needed with ${name}`] : [],
    ),
    ...(has('domainName') && has('hostedZoneName') && !lies ? [`hostedZoneName: does not hold ${domainName}`] : []),
    ...faultsOfEdge(settings),
    ...twice.map((name) => `domains: names ${name} twice, or it is domainName`),
    ...(has('restoredTable') && has('warmWriteUnits')
      ? [
          "warmWriteUnits: is of the stack's own table; warm a restored one by aws dynamodb update-table --warm-throughput",
        ]
      : []),
  ];
};

/** Reads the context; throws one error that names every setting that is unknown, missing or malformed. */
export const configFrom = (context: Readonly<Record<string, unknown>>): Config => {
  const ours = Object.fromEntries(Object.entries(context).filter(([name]) => isOurs(name)));
  const parsed = Config.safeParse(ours);
  const alone = (parsed.error?.issues ?? []).map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `${issue.keys.join(', ')}: unknown; there are ${Object.keys(Config.shape).join(', ')}`
      : `${issue.path.join('.')}: ${issue.message}`,
  );
  const faults = [...alone, ...faultsTogether(ours)];
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new Error(`Settings (cdk.context.json, cdk.json, or -c name=value):\n  ${faults.join('\n  ')}`);
};
