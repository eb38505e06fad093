// Reading CSV: what RFC 4180 allows is read, and nothing is guessed of what it does not.
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRows } from '../../lib/http/csv-rows.ts';

const cellsOf = (text: string) => csvRows(text).rows.map(({ cells }) => cells);

describe('CSV', () => {
  it.each([
    [
      'lines that end in CRLF or LF, the last one with or without',
      'a,b\r\nc,d\ne,f',
      [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
      ],
    ],
    ['a byte order mark', '\uFEFFa,b\n', [['a', 'b']]],
    ['quoted cells with commas, quotes and line breaks', '"a,1","b ""2""","c\r\n3"\n', [['a,1', 'b "2"', 'c\r\n3']]],
    ['empty cells, also a last one', ',a,,\n""\n', [['', 'a', '', '']]],
    ['blanks, which belong to their cell', ' a , b\n', [[' a ', ' b']]],
    ['nothing', '', []],
  ])('has %s', (_what, text, rows) => {
    expect(cellsOf(text)).toEqual(rows);
    expect(csvRows(text).fault).toBeNull();
  });

  it('says on which line each row begins, empty lines and breaks in quotes counted', () => {
    const { rows } = csvRows('a\n\n"b\nb"\r\nc\n');
    expect(rows.map(({ line }) => line)).toEqual([1, 3, 5]);
  });

  it.each([
    ['a quote that is not closed', 'a\nb,"c\nd\n', 2],
    ['a quote inside a cell', 'a\nb\nc"d\n', 3],
    ['text after a closing quote', '"a"b\n', 1],
  ])('ends at %s, with the rows before it', (_what, text, line) => {
    const { rows, fault } = csvRows(text);
    expect(fault?.line).toBe(line);
    expect(rows).toHaveLength(line - 1);
  });

  it('is read back as it was written, whatever the cells hold', () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('"', ',', '\r\n', '\n', '""', 'a"b'));
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(table, fc.constantFrom('windows' as const, 'unix' as const), (rows, record_delimiter) => {
        const text = stringify(rows, { record_delimiter, quoted: true });
        expect(cellsOf(text)).toEqual(rows);
        expect(cellsOf(stringify(rows, { record_delimiter, quoted_match: /[\r\n]/ }))).toEqual(rows);
      }),
    );
  });

  it('of hostile shapes is read in time that grows with its length', () => {
    const begun = performance.now();
    for (const text of ['"'.repeat(400_001), '""'.repeat(200_000), ','.repeat(400_000), '"a\n'.repeat(130_000)])
      csvRows(text);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });
});
