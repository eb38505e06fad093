// Reading CSV as RFC 4180 has it: quoted cells, doubled quotes, line breaks inside quotes; LF and a byte order mark pass.
import { CsvError, type Info, parse } from 'csv-parse/sync';

interface CsvRow {
  /** The line the row begins on, the first being 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvFile {
  readonly rows: readonly CsvRow[];
  /** Where it stops being CSV: which cell what follows would belong to nobody can tell. */
  readonly fault: { readonly line: number; readonly message: string } | null;
}

const breaksIn = (cells: readonly string[]): number =>
  cells.reduce((breaks, cell) => breaks + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);

/** The rows up to the end or to where it is no CSV; empty lines are none. */
export const csvRows = (text: string): CsvFile => {
  const rows: CsvRow[] = [];
  const collect = (cells: readonly string[], { lines }: Info) => {
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: lines - breaksIn(cells), cells });
    return null;
  };
  try {
    const shape = { bom: true, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true };
    parse(text, { ...shape, on_record: collect });
    return { rows, fault: null };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = (rows.at(-1)?.line ?? 0) + 1;
    return { rows, fault: { line, message: 'has a quote that is not closed, or stands where none may' } };
  }
};
