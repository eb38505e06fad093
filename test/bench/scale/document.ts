// docs/scale.md with its tables as the simulation gives them now; the words between them are written by hand.
import { readFileSync } from 'node:fs';
import { scaleTables } from './tables.ts';

const DOCUMENT = new URL('../../../docs/scale.md', import.meta.url);
const MARKED = /(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The document with each marked table put in afresh; throws for a table it lacks or does not know. */
export const scaleDocument = (text = readFileSync(DOCUMENT, 'utf8')): string => {
  const missing = new Set(Object.keys(scaleTables));
  const filled = text.replaceAll(MARKED, (_whole, begin: string, name: string, end: string) => {
    const table = scaleTables[name];
    if (!table) throw new Error(`docs/scale.md marks a table ${name}, which nothing computes`);
    missing.delete(name);
    return `${begin}\n${table()}\n\n${end}`;
  });
  if (missing.size > 0) throw new Error(`docs/scale.md has no place for ${[...missing].join(', ')}`);
  return filled;
};
