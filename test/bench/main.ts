// npm run bench: measures section by section, prints one table, and exits 1 when a budget is broken.
import type { BenchLine } from './line.ts';
import { type BenchPlan, benchPlan } from './plan.ts';
import { isBroken, linesTable } from './verdict.ts';

type Measure = (plan: BenchPlan) => Promise<readonly BenchLine[]>;

/** In the order they are measured; each is loaded only when it is asked for. */
const SECTIONS: Readonly<Record<string, Measure>> = {
  bundles: async () => (await import('./bundles.ts')).bundleLines(),
  baseline: async () => (await import('./baseline.ts')).baselineLines(),
  redirect: async ({ full }) => (await import('./redirect.ts')).redirectLines(full),
  memory: async ({ full }) => (await import('./memory.ts')).memoryLines(full),
  viral: async ({ full }) => (await import('./viral.ts')).viralLines(full),
  outage: async () => (await import('./outage.ts')).outageLines(),
  webhooks: async () => (await import('./webhooks.ts')).webhookLines(),
  imports: async () => (await import('./imports.ts')).importLines(),
  rollup: async ({ full }) => (await import('./rollup.ts')).rollupLines(full),
  reports: async () => (await import('./reports.ts')).reportLines(),
  capacity: async () => (await import('./capacity.ts')).capacityLines(),
};

const run = async (): Promise<boolean> => {
  const plan = benchPlan(process.argv.slice(2), Object.keys(SECTIONS));
  const lines: BenchLine[] = [];
  const failed: string[] = [];
  for (const name of plan.sections) {
    console.error(`measuring ${name} ...`);
    try {
      lines.push(...((await SECTIONS[name]?.(plan)) ?? []));
    } catch (error) {
      // The rest is measured all the same: one section's fault says nothing of the others.
      console.error(`${name} failed:`, error);
      failed.push(name);
    }
  }
  const broken = lines.filter(isBroken);
  console.log(plan.json ? JSON.stringify({ lines, broken, failed }, null, 2) : linesTable(lines));
  console.error(`${broken.length} budgets broken, ${failed.length} sections failed`);
  return broken.length === 0 && failed.length === 0;
};

run().then(
  (kept) => process.exit(kept ? 0 : 1),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
