// A shop's CSV export as records by column, and the texts in its cells as what they mean.

/** A row with the line it begins on, the header's being 1. */
export interface ExportRow {
  readonly line: number;
  /** The text under a column; empty where the row or the file has none. */
  readonly cell: (column: string) => string;
}

/** A row of a CSV with the line it begins on. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The rows below the header, blank ones left out. */
export const exportRows = (rows: readonly CsvRow[]): readonly ExportRow[] => {
  const [header, ...others] = rows;
  const places = new Map(header?.cells.map((name, place) => [name.trim(), place]));
  return others
    .map(({ line, cells }): ExportRow & { readonly blank: boolean } => ({
      line,
      cell: (column) => cells[places.get(column) ?? -1]?.trim() ?? '',
      blank: cells.every((text) => text.trim() === ''),
    }))
    .filter(({ blank }) => !blank);
};

/** Whether a header names all of these columns. */
export const hasColumns = (rows: readonly CsvRow[], columns: readonly string[]): boolean => {
  const names = new Set(rows[0]?.cells.map((name) => name.trim()));
  return columns.every((column) => names.has(column));
};

/** `CODE1, CODE2` as the codes. */
export const codesIn = (text: string): readonly string[] =>
  text
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '');
