// Reading CSV: quotes, line ends, and what is no CSV.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRows } from '../../lib/http/csv-rows.ts';

const codeOf = (text: string) => {
  try {
    return csvRows(text);
  } catch (error) {
    return (error as { errors?: readonly { code: string }[] }).errors?.[0]?.code;
  }
};

describe('the rows of a CSV', () => {
  it('end with any line end, the last one with or without', () => {
    const rows = [
      ['a', 'b'],
      ['1', '2'],
    ];
    for (const text of ['a,b\r\n1,2\r\n', 'a,b\n1,2', 'a,b\r1,2\r', '\uFEFFa,b\n1,2\n'])
      expect(csvRows(text)).toEqual(rows);
  });

  it('keep commas, quotes and line ends in quoted cells, and white space everywhere', () => {
    expect(csvRows('"a,b","say ""hi""","two\r\nlines", x \n')).toEqual([['a,b', 'say "hi"', 'two\r\nlines', ' x ']]);
  });

  it('are none of an empty text, and keep empty cells and blank lines', () => {
    expect(csvRows('')).toEqual([]);
    expect(csvRows(',\n\na,')).toEqual([['', ''], [''], ['a', '']]);
  });

  it('are refused where a quote is not the whole cell or never ends', () => {
    for (const text of ['a"b', '"a"b', '"a', 'x,"a""', 'a\n"']) expect(codeOf(text)).toBe('malformed_csv');
  });

  it('are what was written, whatever the cells', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }), (rows) => {
        expect(csvRows(rows.map((row) => row.map(quoted).join(',')).join('\r\n'))).toEqual(rows);
      }),
    );
  });

  it('are read in time that grows with the text, however many quotes it has', () => {
    const began = performance.now();
    expect(codeOf(`"${'""'.repeat(1_000_000)}`)).toBe('malformed_csv');
    expect(csvRows(`"${'a'.repeat(4_000_000)}"`)[0]?.[0]).toHaveLength(4_000_000);
    expect(csvRows(`"${'""'.repeat(2_000_000)}"`)[0]?.[0]).toHaveLength(2_000_000);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
