// What wakes somebody up: alarms on what went wrong, to one topic.
import { Aws, Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  ComparisonOperator,
  type IMetric,
  type Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { FUNCTION_NAMES } from './bundles.ts';
import type { Config } from './config.ts';
import { ownMetric, tableMetric, type Watched } from './watched.ts';

interface Watch {
  readonly id: string;
  /** What it means and where docs/operations.md says what to do. */
  readonly says: string;
  readonly metric: IMetric & Pick<Metric, 'createAlarm'>;
  /** From this value on; default 1. */
  readonly from?: number;
  /** In so many periods in a row; default 1. */
  readonly periods?: number;
  /** No news is bad news: whoever publishes the metric has stopped. */
  readonly silenceAlarms?: true;
}

const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);

const ofFunctions = ({ functions }: Watched): Watch[] =>
  FUNCTION_NAMES.flatMap((name) => [
    {
      id: `${name}Errors`,
      says: `Runs of ${name} fail. Its log says why.`,
      metric: functions[name].metricErrors({ period: FIVE_MINUTES }),
    },
    {
      id: `${name}Throttles`,
      says: `Calls of ${name} are refused for want of concurrency.`,
      metric: functions[name].metricThrottles({ period: FIVE_MINUTES }),
    },
  ]);

const ofQueues = ({ queues }: Watched): Watch[] => [
  {
    id: 'clicksWait',
    says: 'Clicks wait in the queue longer than two sweeps: the table does not take them, or the sweep does not run.',
    metric: queues.clicks.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES, statistic: Stats.MAXIMUM }),
    from: 900,
  },
  ...(['deadClicks', 'deadNights', 'deadSweeps'] as const).map((name) => ({
    id: name,
    says: 'Something was given up and lies in the dead-letter queue.',
    metric: queues[name].metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES, statistic: Stats.MAXIMUM }),
  })),
];

const ofBusiness = ({ config }: Watched): Watch[] => [
  {
    id: 'nightNotFinished',
    says: "A merchant's day is still open three hours after it ended, or the night does not run at all.",
    metric: ownMetric(config, 'rollup', 'MerchantsLate', HOUR),
    periods: 2,
    silenceAlarms: true,
  },
  {
    id: 'nightFailures',
    says: "A merchant's days could not be closed just now; the next hour tries again.",
    metric: ownMetric(config, 'rollup', 'NightFailures', HOUR),
    periods: 2,
  },
  {
    id: 'webhookFailures',
    says: 'Events of a shop could not be understood, or not be applied. They are kept, and can be replayed.',
    metric: ownMetric(config, 'webhook', 'WebhooksFailed', FIVE_MINUTES),
  },
  {
    id: 'webhooksRefused',
    says: "Webhooks keep coming with a signature that does not hold: a shop's secret has changed, or somebody tries.",
    metric: ownMetric(config, 'webhook', 'WebhooksRefused', FIVE_MINUTES),
    from: 10,
    periods: 3,
  },
  {
    id: 'storeSilent',
    says: 'A store that sold nearly every day has sold nothing for two: its webhook may be switched off.',
    metric: ownMetric(config, 'rollup', 'StoresSilent', HOUR),
  },
  {
    id: 'clicksLost',
    says: 'Neither the table nor the queue took clicks in time.',
    metric: ownMetric(config, 'redirect', 'ClicksLost', FIVE_MINUTES),
  },
];

const ofTheRest = ({ api, table }: Watched): Watch[] => [
  {
    id: 'serverErrors',
    says: 'The API answers 5xx.',
    metric: api.metricServerError({ period: FIVE_MINUTES, statistic: Stats.SUM }),
    from: 5,
  },
  ...(['ReadThrottleEvents', 'WriteThrottleEvents'] as const).map((metricName) => ({
    id: metricName.replace(/^./, (first) => first.toLowerCase()),
    says: 'DynamoDB refuses requests: more than the table, or one of its partitions, is ready for.',
    metric: tableMetric(table, metricName, FIVE_MINUTES),
    from: 10,
  })),
];

/** The topic all alarms go to; subscribe to it whoever should know. */
const createTopic = (scope: Construct, { alarmEmail }: Config): Topic => {
  const topic = new Topic(scope, 'Alarms', { displayName: 'Tributary alarms', enforceSSL: true });
  // A policy of the topic's own takes the place of SNS's, which lets the account's alarms publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'LetAlarmsPublish',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  if (alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(alarmEmail));
  return topic;
};

export const createAlarms = (
  scope: Construct,
  watched: Watched,
): { readonly topic: Topic; readonly alarms: Alarm[] } => {
  const topic = createTopic(scope, watched.config);
  const action = new SnsAction(topic);
  const watches = [ofFunctions, ofQueues, ofBusiness, ofTheRest].flatMap((group) => group(watched));
  const alarms = watches.map(({ id, says, metric, from = 1, periods = 1, silenceAlarms }) => {
    const alarm = metric.createAlarm(scope, `${id}Alarm`, {
      alarmName: `${watched.config.stackName}-${id}`,
      alarmDescription: `${says} See docs/operations.md, "Read an alarm".`,
      threshold: from,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: silenceAlarms ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  });
  return { topic, alarms };
};
