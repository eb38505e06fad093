// The whole deployment: one stack, from the table to the alarms.
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { createAlarms } from './alarms.ts';
import { createApi, publishApi } from './api.ts';
import { FUNCTION_NAMES, titleOf } from './bundles.ts';
import type { Config } from './config.ts';
import { createDashboard } from './dashboard.ts';
import { createEdges } from './edge.ts';
import { createFunctions } from './lambda.ts';
import { createSchedules } from './nightly.ts';
import { grantAll } from './permissions.ts';
import { createQueues } from './queues.ts';
import { createSecrets } from './secrets.ts';
import { createTable } from './table.ts';

/** What whoever deploys, operates or calls it needs to know of a deployment. */
const tell = (stack: Stack, outputs: Readonly<Record<string, readonly [value: string, description: string]>>): void => {
  for (const [name, [value, description]] of Object.entries(outputs))
    new CfnOutput(stack, name, { value, description });
};

/** The stack of a configuration. */
export class TributaryStack extends Stack {
  constructor(scope: Construct, config: Config, props: StackProps = {}) {
    super(scope, config.stackName, {
      description: 'Tributary: tracking and attribution for creator marketing',
      terminationProtection: config.retain,
      ...props,
    });
    const { table, key } = createTable(this, config);
    const secrets = createSecrets(this, config);
    const queues = createQueues(this, config);
    const api = createApi(this, config);
    const baseUrl = config.domainName ? `https://${config.domainName}` : api.apiEndpoint;
    const parts = { config, table, secrets, queues, baseUrl };
    const functions = createFunctions(this, parts);
    grantAll(functions, parts, key);
    const { domain } = publishApi(this, api, functions, config);
    createEdges(this, config, functions, api);
    createSchedules(this, functions, queues);
    const watched = { config, functions, queues, table, api };
    const { topic, alarms } = createAlarms(this, watched);
    const dashboard = createDashboard(this, watched, alarms);
    tell(this, {
      ApiUrl: [baseUrl, 'Where links, webhook addresses and the API begin'],
      TableName: [table.tableName, 'The table'],
      RootKeySecretArn: [secrets.rootKey.secretArn, 'The secret that holds the root key'],
      EncryptionKeySecretArn: [secrets.encryptionKey.secretArn, 'The secret that holds the encryption key'],
      ClickQueueUrl: [queues.clicks.queueUrl, 'Clicks the table could not take'],
      DeadClicksUrl: [queues.deadClicks.queueUrl, 'Clicks given up'],
      DeadNightsUrl: [queues.deadNights.queueUrl, 'Nights and roll-ups given up'],
      DeadSweepsUrl: [queues.deadSweeps.queueUrl, 'Sweeps given up'],
      DeadClicksArn: [queues.deadClicks.queueArn, 'The same queue, as a move of its messages names it'],
      AlarmTopicArn: [topic.topicArn, 'Where alarms are told'],
      DashboardName: [dashboard.dashboardName, 'The CloudWatch dashboard'],
      ...(domain && { DomainTarget: [domain.regionalDomainName, 'What the record of your own name points to'] }),
      ...Object.fromEntries(
        FUNCTION_NAMES.map((name) => [
          `${titleOf(name)}Function`,
          [functions[name].functionName, `The function ${name}`] as const,
        ]),
      ),
    });
  }
}
