// What every function works with: the table, the clock, the settings. Opened once per process.
import type { ClickQueue } from '../platform/click-queue.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { MasterKey } from '../platform/crypto.ts';
import { type Needs, settingsFrom } from '../platform/env.ts';
import { createLog, type Log } from '../platform/log.ts';
import { type CountMetric, createMetrics } from '../platform/metrics.ts';
import { readSecret } from '../platform/secrets.ts';
import { openTable, type Table } from '../table/table.ts';

/** Work of the roll-up function: a roll-up asked for by hand, or the night of some merchants. */
export type RollupTask = { readonly rollupId: string } | { readonly merchantIds: readonly string[] };

export interface Service {
  readonly table: Table;
  readonly clock: Clock;
  readonly log: Log;
  readonly count: CountMetric;
  readonly baseUrl: string;
  readonly rootKey: string | undefined;
  readonly masterKey: MasterKey;
  /**
   * Hands work over, to a run of its own on AWS and to a background job on one machine; done once it is handed over.
   * Work that is lost on the way is found again by the sweep or the next night.
   */
  readonly handOver: (task: RollupTask) => Promise<void>;
  /** True where the process stands still once it has answered: nothing may be left to go on by itself. */
  readonly freezes?: boolean;
  /** Where clicks wait that the table could not take; absent = they are lost. */
  readonly clickQueue?: ClickQueue | undefined;
}

/** In place of a key that the function was not given: whoever reaches for it is told so. */
const noKey = (name: string): MasterKey => ({
  version: 0,
  get key(): never {
    throw new Error(`The function ${name} is given no encryption key`);
  },
});

/** The queue is opened by the first click that needs it: no other start pays for its client. */
const lazyQueue = (url: string): ClickQueue => {
  let opening: Promise<ClickQueue> | undefined;
  const opened = () => {
    opening ??= import('../platform/click-queue.ts').then(({ openClickQueue }) => openClickQueue(url));
    return opening;
  };
  return {
    send: async (text) => (await opened()).send(text),
    receive: async () => (await opened()).receive(),
    remove: async (clicks) => (await opened()).remove(clicks),
  };
};

/** The service of a deployed function, from its environment and the secrets that names. */
const serviceFromEnv = async (name: string, needs: Needs): Promise<Service> => {
  const settings = await settingsFrom(process.env, needs, readSecret);
  const log = createLog(name);
  const { rollupFunction, clickQueueUrl } = settings;
  return {
    table: openTable({
      name: settings.tableName,
      endpoint: settings.dynamodbEndpoint,
      region: settings.region,
      ...(needs.hurry && { hurried: true }),
    }),
    clock: systemClock,
    log,
    count: createMetrics(name, settings.metricsNamespace),
    baseUrl: settings.baseUrl,
    rootKey: settings.rootKey,
    masterKey: settings.masterKey ?? noKey(name),
    freezes: true,
    handOver: async (task) => {
      if (!rollupFunction) throw new Error('ROLLUP_FUNCTION is not set');
      const { invokeLater } = await import('../platform/invoke.ts');
      await invokeLater(rollupFunction, task);
    },
    ...(clickQueueUrl && { clickQueue: lazyQueue(clickQueueUrl) }),
  };
};

/**
 * What a deployed function is opened with: made by the first event, kept for those that follow, and made anew by the
 * next one when it could not be made.
 */
export const openedOnce = <T>(name: string, needs: Needs, open: (service: Service) => T): (() => Promise<T>) => {
  let opening: Promise<T> | undefined;
  return () => {
    opening ??= serviceFromEnv(name, needs)
      .then(open)
      .catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
    return opening;
  };
};
