// Which lines keep their budgets, and how all of them are shown.
import type { BenchLine } from './line.ts';

/** True outside the budget; what is no number keeps none. */
export const isBroken = ({ value, budget }: BenchLine): boolean =>
  budget !== undefined &&
  !(value <= (budget.most ?? Number.POSITIVE_INFINITY) && value >= (budget.least ?? Number.NEGATIVE_INFINITY));

/** Three significant digits and no fewer than all of the whole part, in groups of thousands. */
const shown = (value: number): string => {
  const digits = Math.abs(value) >= 100 || value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
};

const budgetText = ({ budget }: BenchLine): string => {
  const { least, most } = budget ?? {};
  if (least !== undefined && least === most) return `exactly ${shown(least)}`;
  return [least !== undefined && `at least ${shown(least)}`, most !== undefined && `at most ${shown(most)}`]
    .filter(Boolean)
    .join(', ');
};

const verdictText = (line: BenchLine): string => {
  if (!line.budget) return '';
  return isBroken(line) ? 'BROKEN' : 'kept';
};

const HEADS = ['section', 'line', 'value', 'unit', 'budget', '', 'note'] as const;
const VALUE = HEADS.indexOf('value');

/** All lines as a table in plain text, in the order they were measured. */
export const linesTable = (lines: readonly BenchLine[]): string => {
  const rows = lines.map((line) => [
    ...[line.section, line.name, shown(line.value), line.unit],
    ...[budgetText(line), verdictText(line), line.note ?? ''],
  ]);
  const all = [[...HEADS], ...rows];
  const widths = HEADS.map((_, i) => Math.max(...all.map((cells) => cells[i]?.length ?? 0)));
  const aligned = (cell: string, i: number) =>
    i === VALUE ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0);
  return all.map((cells) => cells.map(aligned).join('  ').trimEnd()).join('\n');
};
