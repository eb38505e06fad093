// Ids: fresh ones never meet, derived ones always do.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSlug } from '../../lib/domain/slugs.ts';
import { codeLettersFor, derivedId, fingerprint, newId, slugFor } from '../../lib/platform/ids.ts';

describe('a fresh id', () => {
  it('has its prefix and 18 letters and digits', () => {
    expect(newId('crt')).toMatch(/^crt_[A-Za-z0-9]{18}$/);
    expect(new Set(Array.from({ length: 1000 }, () => newId('crt'))).size).toBe(1000);
  });
});

describe('a derived id', () => {
  it('is the same for the same parts', () => {
    expect(derivedId('ord', 'sto_1', '1001')).toBe(derivedId('ord', 'sto_1', '1001'));
    expect(derivedId('ord', 'sto_1', '1001')).toMatch(/^ord_[A-Za-z0-9_-]{16}$/);
  });

  it('is another for other parts, also where they would read alike put together', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(fingerprint(...a)).not.toBe(fingerprint(...b));
      }),
    );
    expect(derivedId('ord', 'a', 'bc')).not.toBe(derivedId('ord', 'ab', 'c'));
  });
});

describe('made-up names', () => {
  it('follow from what they are for and the attempt, without look-alikes', () => {
    const slugs = Array.from({ length: 500 }, (_, i) => slugFor(`lnk_${i}`, 0));
    expect(new Set(slugs).size).toBe(slugs.length);
    expect(slugs.every((slug) => isSlug(slug) && !/[01lio]/.test(slug))).toBe(true);
    expect(slugFor('lnk_1', 0)).toBe(slugFor('lnk_1', 0));
    expect(slugFor('lnk_1', 1)).not.toBe(slugFor('lnk_1', 0));
  });

  it('give code letters of any number', () => {
    const letters = codeLettersFor('cod_1', 2);
    expect(letters(2)).toMatch(/^[A-Z0-9]{2}$/);
    expect(letters(2)).toBe(codeLettersFor('cod_1', 2)(2));
    expect(codeLettersFor('cod_1', 3)(8)).not.toBe(letters(8));
  });
});
