// The five functions as Lambda runs them: one ESM bundle each, with nothing of the repository needed beside it.
import { cpSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';

export const FUNCTION_NAMES = ['redirect', 'webhook', 'api', 'rollup', 'sweep'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** A function's name as names of the stack begin with it: `redirect` is `Redirect`. */
export const titleOf = (name: FunctionName): string => `${name[0]?.toUpperCase()}${name.slice(1)}`;

/** What Lambda is told to call in every bundle. */
export const HANDLER = 'index.handler';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Packages that still `require` at run time find it here: an ES module has none of its own. Minified code has names of a
 * letter or two, which a short one would clash with.
 */
const REQUIRE =
  "import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);";

/** Files that are read at run time, by the name their package gives them. */
const ASSETS: Partial<Record<FunctionName, readonly string[]>> = {
  api: ['swagger-ui-dist/package.json', 'swagger-ui-dist/swagger-ui.css', 'swagger-ui-dist/swagger-ui-bundle.js'],
};

const copyAsset = (name: string, folder: string): void => {
  const target = join(folder, 'node_modules', name);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(createRequire(import.meta.url).resolve(name), target);
};

/**
 * Writes a function's bundle into a folder: `index.mjs` with its source map, and what it loads lazily as chunks beside
 * it. Gives esbuild's account of what is in it.
 */
export const bundleFunction = (name: FunctionName, folder: string): Metafile => {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: { index: `functions/${name}.ts` },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Without it packages that offer both come as CommonJS, which can't be shaken.
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    banner: { js: REQUIRE },
    metafile: true,
    logLevel: 'warning',
  });
  for (const asset of ASSETS[name] ?? []) copyAsset(asset, folder);
  return metafile;
};
