// The floors of the house: imports go down only, and lib/domain knows nothing but itself.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LONGEST_FILE = 300;

const FLOORS: Readonly<Record<string, number>> = {
  'lib/domain': 0,
  'lib/contracts': 1,
  'lib/platform': 1,
  'lib/http': 2,
  'lib/table': 2,
  'lib/connectors': 2,
  'lib/flows': 3,
  functions: 4,
  infra: 4,
};

type SourceFile = { readonly path: string; readonly text: string };

function sourceFiles(): SourceFile[] {
  return ['lib', 'functions', 'infra'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
      .map((name) => `${folder}/${name}`)
      .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })),
  );
}

/** What a file imports: static, type-only, re-exported, for effect, dynamic and in types. */
function importsOf(text: string): string[] {
  const clause = String.raw`(?:type\s+)?(?:[\w$]+\s*,?\s*)?(?:\*(?:\s*as\s+[\w$]+)?|\{[^}]*\})?\s*from\s*`;
  const statement = new RegExp(String.raw`^\s*(?:import|export)\b\s*(?:${clause})?(['"])([^'"]+)\1`, 'gm');
  const expression = /\b(?:import|require)\(\s*(['"])([^'"]+)\1/g;
  return [...text.matchAll(statement), ...text.matchAll(expression)].map((match) => match[2] ?? '');
}

/** The folder of a repository path that has a floor: 'lib/table/keys.ts' lies in 'lib/table'. */
function houseOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'lib' ? `${first}/${second}` : first;
}

/** Why a file may not import this; undefined when it may. */
function objection(file: string, specifier: string): string | undefined {
  const from = houseOf(file);
  if (!specifier.startsWith('.')) return from === 'lib/domain' ? 'lib/domain imports only itself' : undefined;
  const to = houseOf(join(dirname(file), specifier));
  if (to === 'test') return 'only tests import test/';
  if (from === 'lib/domain' && to !== from) return 'lib/domain imports only itself';
  const [lower, upper] = [FLOORS[from], FLOORS[to]];
  if (lower === undefined) return `${from} has no floor`;
  return upper !== undefined && upper > lower ? `${to} is above ${from}` : undefined;
}

function objections(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    importsOf(text).flatMap((specifier) => {
      const why = objection(path, specifier);
      return why === undefined ? [] : [`${path} imports ${specifier}: ${why}`];
    }),
  );
}

describe('the floors', () => {
  const files = sourceFiles();

  it('are imported downwards only', () => {
    expect(objections(files)).toEqual([]);
  });

  it('hold every file of the source', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter(({ path }) => FLOORS[houseOf(path)] === undefined).map(({ path }) => path)).toEqual([]);
  });

  it('hold no file that is longer than 300 lines', () => {
    const lengths = files.map(({ path, text }) => ({ path, lines: text.replace(/\n$/, '').split('\n').length }));
    expect(lengths.filter(({ lines }) => lines > LONGEST_FILE)).toEqual([]);
  });
});

describe('the check of the floors', () => {
  it('reads every way to import', () => {
    const text = [
      "import a from './a.ts';",
      "import type { B } from './b.ts';",
      "import c, { type C,\n  D } from './c.ts';",
      "import * as d from './d.ts';",
      "import './e.ts';",
      "export { f } from './f.ts';",
      "export * from './g.ts';",
      'export type { H } from "./h.ts";',
      "const i = await import('./i.ts');",
      "type J = import('./j.ts').J;",
      "export const notAnImport = 'x';",
      "/** Taken from 'y'. */",
    ].join('\n');
    expect(importsOf(text).map((specifier) => specifier.slice(2, 3))).toEqual([...'abcdefghij']);
  });

  it('reads as many imports as the source has lines that begin with one', () => {
    for (const { path, text } of sourceFiles()) {
      const begun = text.match(/^(?:import\b(?!\()|export (?:type )?(?:\*|\{))/gm)?.length ?? 0;
      const local = text.match(/^export (?:type )?\{[^}]*\}(?!\s*from)/gm)?.length ?? 0;
      expect([path, importsOf(text).length]).toEqual([
        path,
        expect.toSatisfy((found: number) => found >= begun - local),
      ]);
    }
  });

  it.each([
    ['lib/domain/money.ts', 'node:fs'],
    ['lib/domain/money.ts', 'zod'],
    ['lib/domain/money.ts', '../platform/currencies.ts'],
    ['lib/domain/orders/fold.ts', '../../contracts/orders.ts'],
    ['lib/platform/ids.ts', '../table/keys.ts'],
    ['lib/table/orders.ts', '../flows/orders.ts'],
    ['lib/flows/orders.ts', '../../functions/api.ts'],
    ['functions/api/orders.ts', '../../test/support/orders.ts'],
    ['lib/misc/x.ts', '../domain/money.ts'],
  ])('objects to %s importing %s', (file, specifier) => {
    expect(objection(file, specifier)).toBeDefined();
  });

  it.each([
    ['lib/domain/orders/fold.ts', '../money.ts'],
    ['lib/table/orders.ts', '../domain/money.ts'],
    ['lib/table/orders.ts', '../connectors/connector.ts'],
    ['lib/platform/ids.ts', 'nanoid'],
    ['infra/local/main.ts', '../../functions/api.ts'],
    ['infra/local/main.ts', '../../package.json'],
  ])('lets %s import %s', (file, specifier) => {
    expect(objection(file, specifier)).toBeUndefined();
  });
});
