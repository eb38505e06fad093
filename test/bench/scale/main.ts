// Prints the tables that docs/scale.md quotes: `npm run simulate`.
import { scaleTables, titles } from './tables.ts';

for (const [name, table] of Object.entries(scaleTables)) {
  process.stdout.write(`${titles[name]}\n\n${table()}\n\n`);
}
