// What every function but the redirect reaches the world by: the AWS SDK and Powertools.
import { createLog } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { openTable } from '../table/sdk-client.ts';
import type { Means } from './service.ts';

export const sdkMeans: Means = { openTable, createLog, createMetrics };
