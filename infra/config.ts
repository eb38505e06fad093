// What a deployment can be told: CDK context, checked when the stack is synthesised, every fault named at once.
import { RemovalPolicy } from 'aws-cdk-lib';
import * as z from 'zod';

const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653] as const;

/** `-c name=value` gives text, cdk.json whatever JSON has. */
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
const hostName = z
  .string()
  .regex(
    /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    'must be a host name such as go.brand.com',
  );

const throttle = (rate: number, burst: number) => ({
  rate: whole(1, 1_000_000).default(rate),
  burst: whole(1, 1_000_000).default(burst),
});

const [redirect, webhook, api] = [throttle(5_000, 5_000), throttle(1_000, 1_000), throttle(300, 600)];

const Config = z
  .strictObject({
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
    /** Serves links and API under this name instead of the one API Gateway makes up. */
    domainName: hostName.optional(),
    certificateArn: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[a-f0-9-]+$/,
        'must be the ARN of a certificate in ACM',
      )
      .optional(),
    /** The Route 53 zone that is to point the name here; without it you set the record yourself. */
    hostedZoneId: z
      .string()
      .regex(/^Z[A-Z0-9]+$/, 'must be the id of a Route 53 zone, Z...')
      .optional(),
    hostedZoneName: hostName.optional(),
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
  })
  .superRefine((config, context) => {
    const together = (names: readonly (keyof typeof config)[]) => {
      const missing = names.filter((name) => config[name] === undefined);
      if (missing.length === 0 || missing.length === names.length) return;
      for (const name of missing) {
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `is needed with ${names.filter((n) => n !== name).join(' and ')}`,
        });
      }
    };
    together(['domainName', 'certificateArn']);
    together(['hostedZoneId', 'hostedZoneName']);
    together(['warmWriteUnits', 'warmReadUnits']);
    const { domainName, hostedZoneName, hostedZoneId } = config;
    if (hostedZoneId !== undefined && domainName === undefined) {
      context.addIssue({ code: 'custom', path: ['domainName'], message: 'is needed with hostedZoneId' });
    }
    if (domainName && hostedZoneName && domainName !== hostedZoneName && !domainName.endsWith(`.${hostedZoneName}`)) {
      context.addIssue({ code: 'custom', path: ['hostedZoneName'], message: `does not hold ${domainName}` });
    }
  });

export type Config = z.output<typeof Config>;

/** What outlives the stack, but not a first deploy that failed: another try would find its name taken. */
export const keptWhen = ({ retain }: Pick<Config, 'retain'>): RemovalPolicy =>
  retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;

/** The CDK's own context has names with `:` or `/`, or is of its command line. */
const isOurs = (name: string): boolean =>
  !/[:/]/.test(name) && !['cli-telemetry', 'acknowledged-issue-numbers'].includes(name);

/** Reads the context; throws one error that names every setting that is unknown, missing or malformed. */
export const configFrom = (context: Readonly<Record<string, unknown>>): Config => {
  const ours = Object.fromEntries(Object.entries(context).filter(([name]) => isOurs(name)));
  const parsed = Config.safeParse(ours);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `${issue.keys.join(', ')}: unknown; there are ${Object.keys(Config.shape).join(', ')}`
      : `${issue.path.join('.')}: ${issue.message}`,
  );
  throw new Error(`Context (cdk.json, or -c name=value):\n  ${faults.join('\n  ')}`);
};
