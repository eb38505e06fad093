// What every function works with: the table, the clock, the settings. Opened once per process.
import { type Clock, systemClock } from '../platform/clock.ts';
import type { MasterKey } from '../platform/crypto.ts';
import { settingsFrom } from '../platform/env.ts';
import { createLog, type Log } from '../platform/log.ts';
import { openTable, type Table } from '../table/table.ts';

export interface Service {
  readonly table: Table;
  readonly clock: Clock;
  readonly log: Log;
  readonly baseUrl: string;
  readonly rootKey: string | undefined;
  readonly masterKey: MasterKey;
  /** Starts a queued roll-up without waiting for it; the queue finds it again if the start is lost. */
  readonly startRollup: (rollupId: string) => void;
}

/** The service of a deployed function, from its environment. */
export const serviceFromEnv = (name: string): Service => {
  const settings = settingsFrom(process.env);
  const log = createLog(name);
  return {
    table: openTable({ name: settings.tableName, endpoint: settings.dynamodbEndpoint, region: settings.region }),
    clock: systemClock,
    log,
    baseUrl: settings.baseUrl,
    rootKey: settings.rootKey,
    masterKey: settings.masterKey,
    startRollup: () => log.info('left to the roll-up queue'),
  };
};
