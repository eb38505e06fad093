// CSV as RFC 4180 writes it, read strictly: quoted cells may hold commas, quotes and line ends, and nothing else bends.
import { invalid } from './refusal.ts';

/** A cell, quoted or not, and what ends it: a comma, a line end, or the end of the text. */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

/**
 * The rows of a text, each as its cells; a byte order mark and a last line end are left out, a blank line is a row of one
 * empty cell. Refused with 422 where a quote opens or closes inside a cell.
 */
export const csvRows = (text: string): readonly (readonly string[])[] => {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = new RegExp(CELL);
  while (cell.lastIndex < body.length || row.length > 0) {
    const found = cell.exec(body);
    if (!found) throw invalid('', 'malformed_csv', `Row ${rows.length + 1} has a quote where none may be`);
    const [, quoted, plain = '', end] = found;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
};
