import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldSlug, isReservedSlug, isSlug, SLUG_ALPHABET, slugFromName } from '../../lib/domain/slugs.ts';

describe('isSlug', () => {
  it.each(['abc', 'zoe-spring', '123', '---', 'a'.repeat(64)])('accepts %s', (slug) => {
    expect(isSlug(slug)).toBe(true);
  });

  it.each(['', 'ab', 'a'.repeat(65), 'Zoe', 'zoë', 'a_b', 'a b', 'a/b', 'abc\n', 'a.js'])('refuses %j', (slug) => {
    expect(isSlug(slug)).toBe(false);
  });
});

describe('foldSlug', () => {
  it('takes no case into account', () => {
    expect(foldSlug('Zoe-Spring')).toBe('zoe-spring');
  });
});

describe('isReservedSlug', () => {
  it.each([
    ...['health', 'openapi', 'docs', 'webhooks', 'v1', 't', 'e'],
    ...['admin', 'api', 'assets', 'static', 'login', 'favicon', 'robots', 'well-known', 'Health', 'ROBOTS'],
  ])('holds %s back', (slug) => {
    expect(isReservedSlug(slug)).toBe(true);
  });

  it.each(['zoe', 'healthy', 'docs-2', 'constructor'])('lets %s go', (slug) => {
    expect(isReservedSlug(slug)).toBe(false);
  });
});

describe('slugFromName', () => {
  it.each([
    ['Spring Launch 2026', 'spring-launch-2026'],
    ['  --Spring & Summer!  ', 'spring-summer'],
    ['', 'campaign'],
    ['!?', 'campaign'],
    [`${'a'.repeat(63)} b`, 'a'.repeat(63)],
    ['a'.repeat(70), 'a'.repeat(64)],
  ])('of %j is %s', (name, slug) => {
    expect(slugFromName(name)).toBe(slug);
  });

  it('has no dash at either end and none doubled, and comes back unchanged', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (name) => {
        const slug = slugFromName(name);
        expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(slug.length).toBeLessThanOrEqual(64);
        expect(slugFromName(slug)).toBe(slug);
      }),
    );
  });
});

describe('SLUG_ALPHABET', () => {
  it('has no look-alikes and makes slugs', () => {
    expect(SLUG_ALPHABET).not.toMatch(/[01ilo]/);
    expect(isSlug(SLUG_ALPHABET)).toBe(true);
    expect(new Set(SLUG_ALPHABET).size).toBe(31);
  });
});
