// docs/privacy.md names every cookie that is set, every header that is read, and every attribute that is stored of a visitor.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clickItem } from '../../lib/table/clicks.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const page = read('docs/privacy.md');

const sourcesOf = (...folders: readonly string[]): string =>
  folders
    .flatMap((folder) =>
      readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('browser-script.ts'))
        .map((name) => read(`${folder}/${name}`)),
    )
    .join('\n');

/** Headers of requests, however they are asked for. */
const headersIn = (source: string): string[] => [
  ...new Set(
    [...source.matchAll(/(?<![-\w])headers\??\.?(?:\['([a-z][a-z-]*)'\]|\.([a-z]+)\b(?!\())/g)].map(
      ([, quoted, bare]) => quoted ?? bare ?? '',
    ),
  ),
];

/** Names of ours, as cookies and what browsers store are called. */
const namesIn = (source: string): string[] => [...new Set(source.match(/\btrb_[a-z]+\b/g) ?? [])];

/** The names in a table's first column, under a heading or after some words. */
const namesAfter = (words: string): string[] => {
  const [rows = ''] = page.slice(page.indexOf(words)).match(/(?:^\|.*\n)+/m) ?? [];
  return [...rows.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([\w-]+)`/g)].map(([, name]) => name as string),
  );
};

describe('docs/privacy.md', () => {
  it('names every header that is read of a visitor', () => {
    const inCode = headersIn(sourcesOf('functions'));
    expect(inCode).toEqual(
      expect.arrayContaining(['user-agent', 'referer', 'sec-gpc', 'dnt', 'origin', 'sec-purpose']),
    );
    expect(inCode.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    expect(headersIn("headers.dnt headers['x-new'] request.headers?.['x-other'] headers.map(x)")).toEqual([
      'dnt',
      'x-new',
      'x-other',
    ]);
  });

  it('names every cookie and every place in the browser’s storage', () => {
    const inCode = namesIn(sourcesOf('functions', 'lib/platform'));
    expect(inCode).toEqual(expect.arrayContaining(['trb_v', 'trb_click', 'trb_visit', 'trb_cart', 'trb_consent']));
    const keys = inCode.filter((name) => name !== 'trb_live');
    const named = [...namesAfter('On the **short links'), ...namesAfter('On the **shop')];
    expect(keys.filter((name) => !named.includes(name))).toEqual([]);
    expect(named.filter((name) => !keys.includes(name))).toEqual([]);
  });

  it('names every attribute that is stored of a click, and of a visit', () => {
    const place = { day: '2026-11-20', shard: 0, visitor: null, at: 0, suffix: '00c0ffee' };
    const facts = { linkId: 'lnk_1', method: 'HEAD', userAgent: 'x', purpose: 'x', referrerHost: 'x' } as const;
    const item = clickItem('mer_1', place, { ...facts, country: 'US', externalId: 'x' });
    const ofClick = Object.keys(item).filter((name) => name !== 'pk' && name !== 'sk');
    expect(ofClick.length).toBeGreaterThan(7);
    expect(ofClick.filter((name) => !namesAfter('**A click**').includes(name))).toEqual([]);
    const written = /putItem\(table, \{([\s\S]*?)\n {2}\}\)/.exec(read('lib/table/visits.ts'))?.[1] ?? '';
    const ofVisit = [...written.matchAll(/^ {4}(\w+):/gm)]
      .map(([, name]) => name)
      .filter((name) => !/^[ps]k$/.test(name ?? ''));
    expect(ofVisit.toSorted()).toEqual(namesAfter('**A visit**').toSorted());
  });
});
