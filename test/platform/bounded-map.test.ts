// A map with a bound forgets what was used least recently, and nothing else.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBoundedMap } from '../../lib/platform/bounded-map.ts';

it('holds what a list ordered by use would hold', () => {
  const steps = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), set: fc.boolean() }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 4 }), (all, most) => {
      const map = createBoundedMap<number>(most);
      let used: { key: string; value: number }[] = [];
      all.forEach(({ key, set }, value) => {
        const known = used.find((entry) => entry.key === key);
        if (!set) expect(map.get(key)).toBe(known?.value);
        else map.set(key, value);
        const entry = set ? { key, value } : known;
        if (entry) used = [...used.filter((other) => other.key !== key), entry].slice(-most);
      });
    }),
  );
});
