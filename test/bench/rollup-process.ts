// A process that rolls up one day of a merchant's and prints how long it took, what it counted and its peak memory.
import { useEngine } from '../../infra/local/engine.ts';
import type { MerchantData } from '../../lib/domain/entities.ts';
import { rollUpDay } from '../../lib/flows/compute-day.ts';
import type { Service } from '../../lib/flows/service.ts';
import { systemClock } from '../../lib/platform/clock.ts';
import { createLog } from '../../lib/platform/log.ts';
import { recordById } from '../../lib/table/records.ts';
import { readRollups } from '../../lib/table/rollups.ts';

/** What the process prints, as JSON. */
export interface RolledUp {
  readonly ms: number;
  /** The most memory the process held meanwhile, its code and Node included. */
  readonly peakBytes: number;
  /** Hits in the rows it wrote, whatever they were found to be. */
  readonly hits: number;
}

const SAMPLE_EVERY_MS = 10;

const [endpoint = '', merchantId = '', day = ''] = process.argv.slice(2);
const engine = await useEngine(endpoint);
const service: Service = {
  table: engine.table,
  clock: systemClock,
  log: createLog('bench'),
  baseUrl: 'http://localhost',
  rootKey: undefined,
  masterKey: { version: 1, key: Buffer.alloc(32) },
  count: () => undefined,
  handOver: async () => undefined,
};
const merchant = await recordById<MerchantData>(service.table, merchantId);
if (!merchant) throw new Error(`There is no merchant ${merchantId}`);

// Sampled: what the system keeps as a process's peak begins, on Linux, with that of the process that started it.
let peakBytes = 0;
const sample = () => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
};
const sampling = setInterval(sample, SAMPLE_EVERY_MS);

const begun = performance.now();
await rollUpDay(service, merchant, day);
const ms = performance.now() - begun;
clearInterval(sampling);
sample();

const [read] = await readRollups(service.table, merchantId, [day]);
const traffic = read?.day.rows.flatMap((row) => row.traffic ?? []) ?? [];
const hits = traffic.reduce(
  (sum, { clicks, excludedClicks }) => sum + clicks + Object.values(excludedClicks).reduce((a, b) => a + b, 0),
  0,
);
const rolledUp: RolledUp = { ms, peakBytes, hits };
console.log(JSON.stringify(rolledUp));
await engine.close();
