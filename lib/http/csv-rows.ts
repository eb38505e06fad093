// Reading CSV as RFC 4180 has it: quoted cells, doubled quotes, line breaks inside quotes; LF and a byte order mark pass.

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

/** A cell and where what ends it begins; undefined where a quote stands where none may. */
type Cell = { readonly text: string; readonly end: number };

const PLAIN = /[^",\r\n]*/y;
const LINE_END = /\r\n|\n|\r/y;

const plainCell = (text: string, at: number): Cell => {
  PLAIN.lastIndex = at;
  const [cell = ''] = PLAIN.exec(text) ?? [];
  return { text: cell, end: at + cell.length };
};

const quotedCell = (text: string, at: number): Cell | undefined => {
  let close = text.indexOf('"', at + 1);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  return close === -1 ? undefined : { text: text.slice(at + 1, close).replaceAll('""', '"'), end: close + 1 };
};

const lineEndAt = (text: string, at: number): number => {
  LINE_END.lastIndex = at;
  return LINE_END.exec(text)?.[0].length ?? 0;
};

const linesIn = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;

/** The row that begins at a place, and where the next one does; undefined where it is none. */
const rowAt = (text: string, start: number) => {
  const cells: string[] = [];
  for (let at = start; ; at += 1) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
    if (!cell) return undefined;
    cells.push(cell.text);
    at = cell.end;
    if (text[at] === ',') continue;
    const length = lineEndAt(text, at);
    return length > 0 || at === text.length ? { cells, next: at + length } : undefined;
  }
};

/** The rows up to the end or to where it is no CSV; empty lines are none. */
export const csvRows = (text: string): CsvFile => {
  const rows: CsvRow[] = [];
  let line = 1;
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; ) {
    const row = rowAt(text, at);
    if (!row) return { rows, fault: { line, message: 'has a quote that is not closed, or stands where none may' } };
    const { cells, next } = row;
    if (cells.length > 1 || cells[0] !== '') rows.push({ line, cells });
    line += linesIn(text.slice(at, next));
    at = next;
  }
  return { rows, fault: null };
};
