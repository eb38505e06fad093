// The whole service in one process: table, functions, timers; started and stopped cleanly.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi } from '../../functions/api.ts';
import { createRedirect } from '../../functions/redirect.ts';
import { doTask } from '../../functions/rollup.ts';
import { createWebhook } from '../../functions/webhook.ts';
import { runNight } from '../../lib/flows/night.ts';
import type { RollupTask, Service } from '../../lib/flows/service.ts';
import { sweep } from '../../lib/flows/sweep.ts';
import type { ClickQueue } from '../../lib/platform/click-queue.ts';
import type { Clock } from '../../lib/platform/clock.ts';
import type { MasterKey } from '../../lib/platform/crypto.ts';
import { createLog } from '../../lib/platform/log.ts';
import type { Table } from '../../lib/table/table.ts';
import { removeExpired } from './expire.ts';
import { createGateway, type GatewayHandler } from './gateway.ts';

export interface LocalServerOptions {
  readonly table: Table;
  /** The same table as the redirect reaches it; default: `table`. */
  readonly slimTable?: Table;
  readonly clock: Clock;
  /** Where clicks wait that the table did not take in time; absent = they are lost. */
  readonly clickQueue?: ClickQueue;
  /** Where links and webhook addresses point; default: where it listens. */
  readonly baseUrl?: string | undefined;
  /** Where shoppers go while nothing can be read; default: nowhere. */
  readonly fallbackUrl?: string | undefined;
  readonly rootKey: string;
  readonly masterKey: MasterKey;
  readonly port: number;
  readonly host: string;
}

export interface LocalServer {
  readonly url: string;
  readonly service: Service;
  /** Runs the nightly job now. */
  readonly night: () => Promise<void>;
  /** Starts the timers of sweep and night, and finishes what an earlier process left. */
  readonly startTimers: () => void;
  /** Stops taking requests, finishes those in flight and the work begun. */
  readonly stop: () => Promise<void>;
}

const SWEEP_EVERY_MS = 2 * 60_000;
const NIGHT_EVERY_MS = 5 * 60_000;
const EXPIRE_EVERY_MS = 6 * 3_600_000;
/** Whoever is still sending this long after the stop is cut off: supervisors kill after ten seconds. */
const DRAIN_MS = 8_000;

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });

const nameOf = (task: RollupTask): string =>
  'rollupId' in task ? `roll-up ${task.rollupId}` : `night of ${task.merchantIds.join()}`;

/** Work begun in the background, one job of a name at a time, waited for when the server stops. */
const createBackground = (service: Service) => {
  const running = new Map<string, Promise<void>>();
  const start = (name: string, work: () => Promise<void>): void => {
    if (running.has(name)) return;
    const job = work()
      .catch((error) => service.log.error('background work failed', { name, error }))
      .finally(() => running.delete(name));
    running.set(name, job);
  };
  return { start, finished: async () => void (await Promise.all(running.values())) };
};

/** Some turns of the event loop: a request that has reached this machine is read before its connection counts as idle. */
const arrivedAreRead = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((done) => setTimeout(done, 10));
    await new Promise((done) => setImmediate(done));
  }
};

/** Takes no more connections and waits for the answers of those there are. */
const drained = (server: Server): Promise<void> =>
  new Promise((done) => {
    // A connection kept alive falls idle once its answer is out, and nothing but this would close it then.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(late);
      done();
    });
  });

/** Starts serving; the same handlers that Lambda runs, with the same events. */
export const startLocalServer = async (options: LocalServerOptions): Promise<LocalServer> => {
  let port = options.port;
  const service: Service = {
    table: options.table,
    clock: options.clock,
    log: createLog('local'),
    get baseUrl() {
      return options.baseUrl ?? `http://localhost:${port}`;
    },
    fallbackUrl: options.fallbackUrl,
    rootKey: options.rootKey,
    masterKey: options.masterKey,
    ...(options.clickQueue && { clickQueue: options.clickQueue }),
    // Whoever runs this reads its log; there is no alarm to feed.
    count: () => undefined,
    handOver: async (task) => background.start(nameOf(task), () => doTask(service, task)),
  };
  const background = createBackground(service);
  const server = createGateway({
    api: createApi(service) as GatewayHandler,
    webhook: createWebhook(service) as GatewayHandler,
    redirect: createRedirect({ ...service, table: options.slimTable ?? options.table }) as GatewayHandler,
  });
  port = await listen(server, options.port, options.host);
  const timers: NodeJS.Timeout[] = [];
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    service,
    night: () => runNight(service),
    startTimers: () => {
      background.start('sweep', () => sweep(service, { atOnce: true }).then(() => runNight(service)));
      const expire = () =>
        background.start('expire', async () => void (await removeExpired(service.table, service.clock())));
      timers.push(setInterval(expire, EXPIRE_EVERY_MS));
      timers.push(setTimeout(expire, SWEEP_EVERY_MS));
      timers.push(setInterval(() => background.start('sweep', () => sweep(service)), SWEEP_EVERY_MS));
      timers.push(setInterval(() => background.start('night', () => runNight(service)), NIGHT_EVERY_MS));
    },
    stop: async () => {
      timers.forEach(clearInterval);
      await arrivedAreRead();
      await drained(server);
      await background.finished();
    },
  };
};
