// A shop's CSV export as records by column, and the texts in its cells as what they mean.

/** A row with the number it has in the file, the header being 1. */
export interface ExportRow {
  readonly line: number;
  /** The text under a column; empty where the row or the file has none. */
  readonly cell: (column: string) => string;
}

/** The rows below the header, blank ones left out. */
export const exportRows = (rows: readonly (readonly string[])[]): readonly ExportRow[] => {
  const [header = [], ...others] = rows;
  const places = new Map(header.map((name, place) => [name.trim(), place]));
  return others
    .map((cells, index): ExportRow & { readonly blank: boolean } => ({
      line: index + 2,
      cell: (column) => cells[places.get(column) ?? -1]?.trim() ?? '',
      blank: cells.every((text) => text.trim() === ''),
    }))
    .filter(({ blank }) => !blank);
};

/** Whether a header names all of these columns. */
export const hasColumns = (rows: readonly (readonly string[])[], columns: readonly string[]): boolean => {
  const names = new Set(rows[0]?.map((name) => name.trim()));
  return columns.every((column) => names.has(column));
};

/** `CODE1, CODE2` as the codes. */
export const codesIn = (text: string): readonly string[] =>
  text
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '');
