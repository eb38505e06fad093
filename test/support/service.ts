// A service over a table of its own, with a clock that tests set.
import { doTask } from '../../functions/rollup.ts';
import type { Service } from '../../lib/flows/service.ts';
import { createLog } from '../../lib/platform/log.ts';
import type { MetricName } from '../../lib/platform/metrics.ts';
import { testTable } from './engine.ts';

interface TestClock {
  /** Milliseconds since the epoch; set it to jump. */
  now: number;
  advance(ms: number): void;
}

export interface TestService {
  readonly service: Service;
  readonly clock: TestClock;
  /** What was counted for alarms to watch, by metric. */
  readonly counted: ReadonlyMap<MetricName, number>;
  /** Waits until the roll-ups started in the background are done. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Where a test's clock starts unless told otherwise: noon in UTC. */
export const TEST_NOW = Date.parse('2026-11-20T12:00:00Z');

/** What secrets and kept bodies are sealed under in tests. */
export const TEST_MASTER_KEY = { version: 1, key: Buffer.alloc(32, 7) };

/** A service whose clock stands still until the test moves it; `clock` is the instant it starts at. */
export const testService = async (options: { readonly clock?: number } = {}): Promise<TestService> => {
  const { table, close } = await testTable();
  const clock: TestClock = {
    now: options.clock ?? TEST_NOW,
    advance(ms) {
      clock.now += ms;
    },
  };
  const counted = new Map<MetricName, number>();
  const running = new Set<Promise<void>>();
  const settled = async () => {
    while (running.size > 0) await Promise.all(running);
  };
  const service: Service = {
    table,
    clock: () => clock.now,
    log: createLog('test', 'SILENT'),
    baseUrl: 'http://localhost:8787',
    rootKey: 'root_test',
    masterKey: TEST_MASTER_KEY,
    count: (name, value = 1) => counted.set(name, (counted.get(name) ?? 0) + value),
    handOver: async (task) => {
      const run = doTask(service, task).finally(() => running.delete(run));
      running.add(run);
    },
  };
  return {
    service,
    clock,
    counted,
    settled,
    close: async () => {
      await settled();
      await close();
    },
  };
};
