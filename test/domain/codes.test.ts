import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CODE_ALPHABET,
  codeCandidates,
  codeStem,
  foldCode,
  isMintableCode,
  lastResortCode,
} from '../../lib/domain/codes.ts';
import { toAscii } from '../../lib/platform/transliterate.ts';

const anyHostileCode = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '&',
        'amp;',
        '&amp;',
        '＆',
        'AMP；',
        'lt;',
        '&lt;',
        '\u0338',
        '#39;',
        '&#039;',
        ' ',
        '\u0085',
        'İ',
        'Σ',
      ),
    ),
  )
  .map((parts) => parts.join(''));

describe('foldCode', () => {
  it.each([
    ['SARAH15', 'sarah15'],
    ['  Sarah15\t', 'sarah15'],
    ['\u00a0\u3000\u2028\u0085\ufeffsarah15\u2003', 'sarah15'],
    ['ＳＡＲＡＨ１５', 'sarah15'],
    ['Zoe\u0308', 'zo\u00eb'],
    ['TOM&amp;JERRY', 'tom&jerry'],
    ['&LT;3 You&quot;re&#39;&#039;&gt;', `<3 you"re''>`],
    ['TOM＆ａｍｐ；JERRY', 'tom&jerry'],
    ['10 OFF', '10 off'],
    ['', ''],
  ])('matches %j as %j', (code, folded) => {
    expect(foldCode(code)).toBe(folded);
  });

  it('decodes a code however often it was escaped', () => {
    expect(foldCode('A&amp;B')).toBe('a&b');
    expect(foldCode('A&amp;amp;B')).toBe('a&b');
    expect(foldCode('A&amp;amp;lt;B')).toBe('a<b');
  });

  it('leaves other entities and half ones alone', () => {
    expect(foldCode('&nbsp; &amp &#38; &ampx;')).toBe('&nbsp; &amp &#38; &ampx;');
  });

  it('composes what decoding brings together', () => {
    expect(foldCode('&lt;\u0338')).toBe('\u226e');
  });

  it('is idempotent for any text', () => {
    fc.assert(
      fc.property(anyHostileCode, (code) => {
        expect(foldCode(foldCode(code))).toBe(foldCode(code));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no case, width or outer space into account', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9-]{3,20}$/), (code) => {
        const wide = code.replace(/[A-Z0-9]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0));
        expect(foldCode(` ${code.toLowerCase()} `)).toBe(foldCode(code));
        expect(foldCode(wide)).toBe(foldCode(code));
      }),
    );
  });

  it('takes time in proportion to the text, however hostile', () => {
    const hostile = [`&${'amp;'.repeat(300_000)}`, `a${' '.repeat(1_000_000)}b`, '&'.repeat(1_000_000)];
    const started = performance.now();
    expect(hostile.map((code) => foldCode(code).length)).toEqual([1, 1_000_002, 1_000_000]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('codeStem', () => {
  it.each([
    ['Zoe Ng', 15, 'ZOE15'],
    ['sarah', 15, 'SARAH15'],
    ["O'Brien", 20, 'OBRIEN20'],
    ['Jean-Luc Picard', 10, 'JEANLUC10'],
    ['  Mike ', 20, 'MIKE20'],
    ['@ mike', 20, 'MIKE20'],
    ['Zoe Ng', 12.5, 'ZOE12'],
    ['4everfit', 15, '4EVERFIT15'],
    ['Wolfeschlegelsteinhausen', 15, 'WOLFESCHLEGELSTE15'],
  ])('of %j at %d is %s', (name, amount, stem) => {
    expect(codeStem(name, amount)).toBe(stem);
  });

  it.each(['', '   ', '!!!', '- -'])('falls back to CREATOR for %j', (name) => {
    expect(codeStem(name, 15)).toBe('CREATOR15');
  });

  it('is at least 3 characters long for a one-letter name', () => {
    expect(codeStem('A', 5)).toBe('A05');
    expect(codeStem('A', 15)).toBe('A15');
  });

  it('is made from names of any script once they are transliterated', () => {
    expect(codeStem(toAscii('Zoë Ng'), 15)).toBe('ZOE15');
    expect(codeStem(toAscii('Łukasz Żak'), 15)).toBe('LUKASZ15');
    expect(codeStem(toAscii('Мария'), 15)).toBe('MARIYA15');
    expect(codeStem(toAscii('\ud800'), 15)).toBe('CREATOR15');
  });

  it('leaves room for every suffix within 20 characters', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (name, amount) => {
        const stem = codeStem(toAscii(name), amount);
        expect(stem).toMatch(/^[A-Z0-9]+$/);
        for (const code of [...codeCandidates(stem), lastResortCode(stem, (size) => 'Z'.repeat(size))]) {
          expect(isMintableCode(code)).toBe(true);
        }
      }),
    );
  });
});

describe('the codes to try', () => {
  it('are the stem, then the stem with A to Z', () => {
    const candidates = codeCandidates('ZOE15');
    expect(candidates).toHaveLength(27);
    expect(candidates.slice(0, 3)).toEqual(['ZOE15', 'ZOE15A', 'ZOE15B']);
    expect(candidates.at(-1)).toBe('ZOE15Z');
  });

  it('end in two random characters', () => {
    expect(lastResortCode('ZOE15', (size) => 'XY3'.slice(0, size))).toBe('ZOE15XY');
  });

  it('draw on no characters that look alike', () => {
    expect(CODE_ALPHABET).toMatch(/^[A-Z0-9]+$/);
    expect(CODE_ALPHABET).not.toMatch(/[01ILO]/);
    expect(new Set(CODE_ALPHABET).size).toBe(31);
  });
});

describe('isMintableCode', () => {
  it.each(['ABC', 'ZOE-15', 'A'.repeat(20)])('accepts %s', (code) => {
    expect(isMintableCode(code)).toBe(true);
  });

  it.each(['AB', 'A'.repeat(21), 'zoe15', 'ZOË15', 'ZOE 15', 'ZOE15\n', ''])('refuses %j', (code) => {
    expect(isMintableCode(code)).toBe(false);
  });
});
