// Answers as a few lines for people: a record as its fields, a list as columns.
import type { Row } from './api.ts';

/** What could steer a terminal or turn the reading direction: names and topics come from merchants and shops. */
const UNSHOWABLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const shown = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return '-';
  if (Array.isArray(value)) return value.map(shown).join(', ') || '-';
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).replace(UNSHOWABLE, '\ufffd');
};

/** One line per row, its cells under each other. */
const aligned = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** The record's `fields`, one a line; those the answer doesn't have are left out. */
export const recordLines = (row: Row, fields: readonly string[]): readonly string[] =>
  aligned(fields.filter((field) => row[field] !== undefined).map((field) => [field, shown(row[field])]));

/** The record's `fields` in one line, those without a value left out. */
export const recordLine = (row: Row, fields: readonly string[]): string =>
  fields
    .flatMap((field) => row[field] ?? [])
    .map(shown)
    .join('  ');

/** The list's `fields` in columns under their names. */
export const tableLines = (rows: readonly Row[], fields: readonly string[]): readonly string[] =>
  rows.length === 0 ? ['none'] : aligned([fields, ...rows.map((row) => fields.map((field) => shown(row[field])))]);
