// What alarms and dashboard look at, and the metrics that no construct offers by itself.
import type { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { MetricName } from '../lib/platform/metrics.ts';
import type { FunctionName } from './bundles.ts';
import type { Config } from './config.ts';
import type { Functions } from './lambda.ts';
import type { Queues } from './queues.ts';

export interface Watched {
  readonly config: Config;
  readonly functions: Functions;
  readonly queues: Queues;
  readonly table: ITable;
  readonly api: HttpApi;
}

/** A metric that a function publishes itself. */
export const ownMetric = (config: Config, service: FunctionName, metricName: MetricName, period: Duration): Metric =>
  new Metric({
    namespace: config.stackName,
    metricName,
    dimensionsMap: { service },
    period,
    statistic: metricName === 'MerchantsLate' ? Stats.MAXIMUM : Stats.SUM,
  });

/** A metric of the table as a whole, whatever was asked of it. */
export const tableMetric = (table: ITable, metricName: string, period: Duration): Metric =>
  new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName: table.tableName },
    period,
    statistic: Stats.SUM,
  });
