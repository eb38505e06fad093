// The five functions: their bundles, sizes, environment and logs.
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage, Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  type FunctionProps,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { bundleFunction, FUNCTION_NAMES, type FunctionName, HANDLER, titleOf } from './bundles.ts';
import { type Config, keptWhen } from './config.ts';
import { OTHER_GRANTS } from './grants.ts';
import type { Queues } from './queues.ts';
import type { Secrets } from './secrets.ts';

export type Functions = Readonly<Record<FunctionName, LambdaFunction>>;

export interface FunctionParts {
  readonly config: Config;
  readonly table: ITable;
  readonly secrets: Secrets;
  readonly queues: Queues;
  /** Where links and webhook addresses begin. */
  readonly baseUrl: string;
}

interface Profile {
  readonly description: string;
  readonly memorySize: number;
  readonly timeout: Duration;
}

/** API Gateway gives up after 30 seconds: whatever runs longer answers nobody. */
const PROFILES: Readonly<Record<FunctionName, Profile>> = {
  redirect: { description: 'Follows short links', memorySize: 512, timeout: Duration.seconds(15) },
  webhook: { description: "Takes shops' webhooks in", memorySize: 512, timeout: Duration.seconds(25) },
  api: { description: 'The management API', memorySize: 1_024, timeout: Duration.seconds(29) },
  // One whole processor: a day of a million clicks is read through, one after another.
  rollup: { description: 'Rolls days up', memorySize: 1_769, timeout: Duration.minutes(15) },
  sweep: { description: 'Finishes what was left half-way', memorySize: 512, timeout: Duration.minutes(5) },
};

const FUNCTIONS_FOLDER = fileURLToPath(new URL('../functions', import.meta.url));

/** The function's bundle, made here by esbuild: no Docker, and the same bytes that the tests load. */
const codeOf = (name: FunctionName): Code =>
  Code.fromAsset(FUNCTIONS_FOLDER, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Asked for by the type and never pulled: the local bundler always answers.
      image: DockerImage.fromRegistry('none'),
      // Tells the bundles apart: the CDK takes assets with equal options of one folder for the same.
      command: [name],
      local: {
        tryBundle: (folder) => {
          bundleFunction(name, folder);
          return true;
        },
      },
    },
  });

/** What a function's code reads from its environment, and nothing that is another's. */
const environmentOf = (name: FunctionName, parts: FunctionParts): Record<string, string> => {
  const { config, table, secrets, queues, baseUrl } = parts;
  const grants = OTHER_GRANTS[name];
  return {
    TABLE_NAME: table.tableName,
    LOG_LEVEL: config.logLevel,
    METRICS_NAMESPACE: config.stackName,
    // A quarter more of a cold start, measured: not where a shopper waits. Its map lies beside the bundle all the same.
    ...(name !== 'redirect' && { NODE_OPTIONS: '--enable-source-maps' }),
    // The redirect has to know which name is its own, and no merchant's.
    ...((name === 'api' || name === 'redirect') && { BASE_URL: baseUrl }),
    ...(name === 'redirect' && config.fallbackUrl !== undefined && { FALLBACK_URL: config.fallbackUrl }),
    ...(grants.rootKey && { ROOT_KEY_SECRET: secrets.rootKey.secretArn }),
    ...(grants.encryptionKey && { ENCRYPTION_KEY_SECRET: secrets.encryptionKey.secretArn }),
    ...(grants.clicks && { CLICK_QUEUE_URL: queues.clicks.queueUrl }),
  };
};

const logGroupOf = (scope: Construct, id: string, config: Config): LogGroup =>
  new LogGroup(scope, `${id}Log`, {
    retention: config.logRetentionDays,
    removalPolicy: keptWhen(config),
  });

/** A role that may write its function's log, and nothing else yet: AWS's own policy lets it write every log there is. */
const roleOf = (scope: Construct, id: string, log: LogGroup, tracing: boolean): Role => {
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  log.grantWrite(role);
  if (tracing) acknowledge(role, 'IAM5[Resource::*]', 'X-Ray takes traces under no resource of their own');
  return role;
};

const createFunction = (scope: Construct, name: FunctionName, parts: FunctionParts): LambdaFunction => {
  const { config } = parts;
  const id = `${titleOf(name)}Handler`;
  const logGroup = logGroupOf(scope, id, config);
  const reserved = name === 'redirect' && config.redirectConcurrency > 0;
  const props: FunctionProps = {
    ...PROFILES[name],
    code: codeOf(name),
    handler: HANDLER,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    environment: environmentOf(name, parts),
    tracing: config.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    logGroup,
    role: roleOf(scope, id, logGroup, config.tracing),
    loggingFormat: LoggingFormat.JSON,
    // Lambda takes lines without a level of their own for INFO, and metrics are such lines: above it all alarms on them
    // would be deaf. The functions keep to LOG_LEVEL by themselves.
    applicationLogLevelV2: config.logLevel === 'DEBUG' ? ApplicationLogLevel.DEBUG : ApplicationLogLevel.INFO,
    // A line at the start and the end of every run is most of what a quiet function logs, and pays for.
    systemLogLevelV2: SystemLogLevel.WARN,
    ...(reserved && { reservedConcurrentExecutions: config.redirectConcurrency }),
  };
  return new LambdaFunction(scope, id, props);
};

export const createFunctions = (scope: Construct, parts: FunctionParts): Functions => {
  const functions = Object.fromEntries(
    FUNCTION_NAMES.map((name) => [name, createFunction(scope, name, parts)]),
  ) as unknown as Functions;
  for (const name of FUNCTION_NAMES) {
    // The roll-up function knows its own name; given it here, it would depend on itself.
    if (OTHER_GRANTS[name].startsRollup && name !== 'rollup') {
      functions[name].addEnvironment('ROLLUP_FUNCTION', functions.rollup.functionName);
    }
  }
  return functions;
};
