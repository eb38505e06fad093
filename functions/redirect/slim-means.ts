// What the redirect reaches the world by: a slim client for the table, logs and metrics that are loaded once there is
// something to say. Its cold start is a shopper's wait.
import type { Means } from '../../lib/flows/service.ts';
import type { Log } from '../../lib/platform/log.ts';
import type { CountMetric } from '../../lib/platform/metrics.ts';
import { openSlimTable } from '../../lib/table/slim-client.ts';

const underWay = new Set<Promise<void>>();

/** Lets something be written once what writes it is loaded. */
const later = <T>(loaded: () => Promise<T>, write: (loaded: T) => void): void => {
  const writing = loaded()
    .then(write)
    // Nothing said may cost a shopper the answer.
    .catch((error: unknown) => console.error(error))
    .finally(() => underWay.delete(writing));
  underWay.add(writing);
};

/** Waits for what was said so far: Lambda stops the process once it has answered. */
export const allWritten = async (): Promise<void> => {
  while (underWay.size > 0) await Promise.all(underWay);
};

const once = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load();
    return loading;
  };
};

const createLazyLog = (name: string): Log => {
  const log = once(async () => (await import('../../lib/platform/log.ts')).createLog(name));
  const say =
    (method: keyof Log): Log[keyof Log] =>
    (message, fields) =>
      later(log, (loaded) => loaded[method](message, fields));
  return { info: say('info'), warn: say('warn'), error: say('error') };
};

const createLazyMetrics = (name: string, namespace: string | undefined): CountMetric => {
  const count = once(async () => (await import('../../lib/platform/metrics.ts')).createMetrics(name, namespace));
  return (metric, value) => later(count, (loaded) => loaded(metric, value));
};

export const slimMeans: Means = {
  openTable: openSlimTable,
  createLog: createLazyLog,
  createMetrics: createLazyMetrics,
};
