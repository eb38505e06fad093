// Each function's bundle: the bytes that are read before its first event, and how long that takes over an empty node.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundleFunction, FUNCTION_NAMES, type FunctionName } from '../../infra/bundles.ts';
import { outputOf } from './child.ts';
import type { BenchLine } from './line.ts';

const ROUNDS = 21;

/**
 * Kilobytes: the redirect's aim, for a shopper waits for it; of the others some 10 % above what each is today. What makes a
 * cold start longer shows here first, to the byte.
 */
const MOST_KB: Readonly<Record<FunctionName, number>> = {
  ...{ redirect: 30, webhook: 580, api: 1_480, rollup: 520, sweep: 520 },
};

/** The redirect's aim; of the others three times what the slowest takes on a busy machine. */
const mostLoadMs = (name: FunctionName): number => (name === 'redirect' ? 10 : 400);

/** The bytes of a source file's bundle and of every chunk that it imports before it runs, without what is loaded lazily. */
export const startingBytes = (outputs: Metafile['outputs'], source: string): number => {
  // A chunk that is loaded lazily has an entry point too.
  const entry = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === source);
  if (entry === undefined) throw new Error(`There is no bundle of ${source}`);
  const needed = new Set([entry]);
  for (const path of needed) {
    for (const imported of outputs[path]?.imports ?? []) {
      if (imported.kind === 'import-statement' && !imported.external) needed.add(imported.path);
    }
  }
  return [...needed].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
};

/** Milliseconds of a process that loads the file and ends. */
const processMs = async (file: string): Promise<number> => {
  const begun = performance.now();
  await outputOf([file]);
  return performance.now() - begun;
};

/**
 * The least of interleaved runs of each file: whatever else runs on the machine only ever adds, and a difference between
 * two medians adds it twice.
 */
const loadTimes = async (files: readonly string[]): Promise<readonly number[]> => {
  const least = files.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, file] of files.entries()) least[i] = Math.min(least[i] ?? 0, await processMs(file));
  }
  return least;
};

const measured = async (folder: string): Promise<BenchLine[]> => {
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const bytes = FUNCTION_NAMES.map((name) =>
    startingBytes(bundleFunction(name, join(folder, name)).outputs, `functions/${name}.ts`),
  );
  const files = FUNCTION_NAMES.map((name) => join(folder, name, 'index.mjs'));
  const [emptyMs = 0, ...loadMs] = await loadTimes([empty, ...files]);
  const section = 'bundles';
  return [
    ...FUNCTION_NAMES.map((name, i) => ({
      ...{ section, name: `${name}, minified`, value: (bytes[i] ?? 0) / 1000, unit: 'kB' },
      budget: { most: MOST_KB[name] },
    })),
    { section, name: 'empty node', value: emptyMs, unit: 'ms' },
    ...FUNCTION_NAMES.map((name, i) => ({
      ...{ section, name: `${name}, load time`, value: (loadMs[i] ?? 0) - emptyMs, unit: 'ms' },
      ...{ budget: { most: mostLoadMs(name) }, note: `over an empty node, the least of ${ROUNDS} runs each` },
    })),
  ];
};

export const bundleLines = async (): Promise<BenchLine[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bundles-'));
  try {
    return await measured(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
