// What every function works with: the table, the clock, the settings. Opened once per process.
import { type ClickQueue, openClickQueue } from '../platform/click-queue.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { MasterKey } from '../platform/crypto.ts';
import { type Needs, settingsFrom } from '../platform/env.ts';
import type { Log } from '../platform/log.ts';
import type { CountMetric } from '../platform/metrics.ts';
import { readSecret } from '../platform/secrets.ts';
import type { Table, TableOptions } from '../table/table.ts';

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
  /** Where shoppers go whose link can't be read and never was, while the table is away; absent = nowhere. */
  readonly fallbackUrl?: string | undefined;
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

/** What a function reaches the world by: the SDK and its like (sdk-means.ts), or the slim ones of the redirect. */
export interface Means {
  readonly openTable: (options: TableOptions) => Table;
  readonly createLog: (name: string) => Log;
  readonly createMetrics: (name: string, namespace: string | undefined) => CountMetric;
}

/** The service of a deployed function, from its environment and the secrets that names. */
const serviceFromEnv = async (name: string, needs: Needs, means: Means): Promise<Service> => {
  const settings = await settingsFrom(process.env, needs, readSecret);
  const { rollupFunction, clickQueueUrl, fallbackUrl } = settings;
  return {
    table: means.openTable({
      name: settings.tableName,
      endpoint: settings.dynamodbEndpoint,
      region: settings.region,
    }),
    clock: systemClock,
    log: means.createLog(name),
    count: means.createMetrics(name, settings.metricsNamespace),
    baseUrl: settings.baseUrl,
    rootKey: settings.rootKey,
    masterKey: settings.masterKey ?? noKey(name),
    freezes: true,
    ...(fallbackUrl && { fallbackUrl }),
    handOver: async (task) => {
      if (!rollupFunction) throw new Error('ROLLUP_FUNCTION is not set');
      const { invokeLater } = await import('../platform/invoke.ts');
      await invokeLater(rollupFunction, task);
    },
    ...(clickQueueUrl && { clickQueue: openClickQueue(clickQueueUrl) }),
  };
};

/**
 * What a deployed function is opened with: made by the first event, kept for those that follow, and made anew by the
 * next one when it could not be made.
 */
export const openedOnce = <T>(
  name: string,
  needs: Needs,
  means: Means,
  open: (service: Service) => T,
): (() => Promise<T>) => {
  let opening: Promise<T> | undefined;
  return () => {
    opening ??= serviceFromEnv(name, needs, means)
      .then(open)
      .catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
    return opening;
  };
};
