// Figures that alarms watch, published as log lines in CloudWatch's embedded metric format.
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Every metric there is; the stack's alarms are made of the same names. */
export type MetricName =
  /** The table did not take a click in 100 ms, and it was given to the queue as well: one of the two has it. */
  | 'ClicksQueued'
  /** Neither of them took it in time, so that it may be lost; or it waited in the queue for too long, and is. */
  | 'ClicksLost'
  /** A shop's event was kept but not understood, not applied or at last given up; or its signature did not hold. */
  | 'WebhooksFailed'
  | 'WebhooksRefused'
  /** A merchant's days could not be closed just now. */
  | 'NightFailures'
  /** Merchants whose last day should have been closed hours ago; said every hour, also when there are none. */
  | 'MerchantsLate'
  /** A store that sold nearly every day has stopped. */
  | 'StoresSilent';

export type CountMetric = (name: MetricName, value?: number) => void;

/** Publishes under a namespace, with the function's name as dimension `service`; without a namespace it says nothing. */
export const createMetrics = (serviceName: string, namespace: string | undefined): CountMetric => {
  if (namespace === undefined) return () => undefined;
  const metrics = new Metrics({ namespace, serviceName });
  return (name, value = 1) => metrics.singleMetric().addMetric(name, MetricUnit.Count, value);
};
