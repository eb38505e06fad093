// One page that shows whether all is well: alarms, traffic, functions, table, queues, night.
import { Aws, Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { FUNCTION_NAMES } from './bundles.ts';
import { ownMetric, tableMetric, type Watched } from './watched.ts';

const FIVE_MINUTES = Duration.minutes(5);

const graph = (title: string, left: IMetric[], right: IMetric[] = []): IWidget =>
  new GraphWidget({ title, left, ...(right.length > 0 && { right }), width: 12, height: 6 });

const widgets = (watched: Watched): IWidget[] => {
  const { config, functions, queues, api, table } = watched;
  const ofTable = (metricName: string) => tableMetric(table, metricName, FIVE_MINUTES);
  const each = (metric: (name: (typeof FUNCTION_NAMES)[number]) => IMetric) => FUNCTION_NAMES.map(metric);
  const own = (...args: [Parameters<typeof ownMetric>[1], Parameters<typeof ownMetric>[2]]) =>
    ownMetric(config, ...args, FIVE_MINUTES);
  return [
    graph(
      'Requests, and answers in 4xx and 5xx',
      [api.metricCount({ period: FIVE_MINUTES })],
      [api.metricClientError({ period: FIVE_MINUTES }), api.metricServerError({ period: FIVE_MINUTES })],
    ),
    graph('How long a redirect takes (ms)', [
      functions.redirect.metricDuration({ period: FIVE_MINUTES, statistic: 'p50', label: 'p50' }),
      functions.redirect.metricDuration({ period: FIVE_MINUTES, statistic: 'p99', label: 'p99' }),
    ]),
    graph(
      'Runs and errors',
      each((name) => functions[name].metricInvocations({ period: FIVE_MINUTES, label: name })),
      each((name) => functions[name].metricErrors({ period: FIVE_MINUTES, label: `${name} errors` })),
    ),
    graph(
      'Concurrency and throttles',
      each((name) =>
        functions[name].metric('ConcurrentExecutions', { period: FIVE_MINUTES, statistic: Stats.MAXIMUM, label: name }),
      ),
      each((name) => functions[name].metricThrottles({ period: FIVE_MINUTES, label: `${name} throttled` })),
    ),
    graph(
      'Capacity used, and requests the table refused',
      [ofTable('ConsumedReadCapacityUnits'), ofTable('ConsumedWriteCapacityUnits')],
      [ofTable('ReadThrottleEvents'), ofTable('WriteThrottleEvents')],
    ),
    graph(
      'Clicks that wait, and dead letters',
      [queues.clicks.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }), own('redirect', 'ClicksLost')],
      [queues.deadClicks, queues.deadNights, queues.deadSweeps].map((queue) =>
        queue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
      ),
    ),
    graph('Webhooks not understood or refused', [own('webhook', 'WebhooksFailed'), own('webhook', 'WebhooksRefused')]),
    graph('The night: late merchants, failures, silent stores', [
      own('rollup', 'MerchantsLate'),
      own('rollup', 'NightFailures'),
      own('rollup', 'StoresSilent'),
    ]),
  ];
};

export const createDashboard = (scope: Construct, watched: Watched, alarms: Alarm[]): Dashboard => {
  const dashboard = new Dashboard(scope, 'Dashboard', {
    // Names are the account's, not the region's.
    dashboardName: `${watched.config.stackName}-${Aws.REGION}`,
  });
  dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 }));
  const all = widgets(watched);
  for (let i = 0; i < all.length; i += 2) dashboard.addWidgets(...all.slice(i, i + 2));
  return dashboard;
};
