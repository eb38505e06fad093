// The documents people read: every link in them leads somewhere, every setting the code reads is explained.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const filesUnder = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

const pages = ['README.md', 'CONTRIBUTING.md', ...filesUnder('docs', '.md')];

const withoutCode = (text: string): string => text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

/** Where a page's links lead, those to other sites left out. */
const linksOf = (text: string): string[] =>
  [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (text: string): string[] =>
  [...text.replace(/```[\s\S]*?```/g, '').matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Why a link of a page leads nowhere; undefined when it leads somewhere. */
const dangling = (page: string, link: string): string | undefined => {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, target))) return `${page}: ${link} is not there`;
  if (anchor === undefined || !target.endsWith('.md') || anchorsOf(read(target)).includes(anchor)) return undefined;
  return `${page}: ${link} names no heading`;
};

/** The names of environment variables that a source reads. */
const settingsOf = (text: string): string[] =>
  [...text.matchAll(/\benv\??\.([A-Z][A-Z0-9_]+)|\brequired\('([A-Z][A-Z0-9_]+)'\)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );

describe('links', () => {
  it('lead to files and headings that exist', () => {
    const checked = pages.flatMap((page) => linksOf(read(page)).map((link) => dangling(page, link)));
    expect(checked.length).toBeGreaterThan(50);
    expect(checked.filter((fault) => fault !== undefined)).toEqual([]);
  });

  it('are found out when they lead nowhere', () => {
    expect(linksOf('[a](b.md) [c](https://d.example) `[e](f.md)` [g](#h)')).toEqual(['b.md', '#h']);
    expect(dangling('README.md', 'docs/never-written.md')).toBeDefined();
    expect(dangling('docs/decisions/README.md', 'README.md')).toBeUndefined();
    expect(dangling('README.md', '#how-it-flows')).toBeUndefined();
    expect(dangling('README.md', '#how-it-does-not')).toBeDefined();
  });

  it('name every decision record in their index', () => {
    const records = filesUnder('docs/decisions', '.md').filter((page) => !page.endsWith('/README.md'));
    const listed = linksOf(read('docs/decisions/README.md')).map((link) => `docs/decisions/${link}`);
    expect(listed.toSorted()).toEqual(records.toSorted());
  });
});

describe('settings', () => {
  const sources = ['lib', 'functions', 'infra'].flatMap((folder) => filesUnder(folder, '.ts'));
  const inCode = [...new Set(sources.flatMap((path) => settingsOf(read(path))))].sort();
  const inReadme = [...read('README.md').matchAll(/^\| `([A-Z][A-Z0-9_]+)` \|/gm)].map((match) => match[1]).sort();

  it('are read from the environment in ways this test knows', () => {
    expect(settingsOf("process.env.A1 env.B_2 env?.C3 required('D4') process.env")).toEqual(['A1', 'B_2', 'C3', 'D4']);
    expect(inCode).toContain('PORT');
    expect(inCode).toContain('TABLE_NAME');
  });

  it("are all in the README's table, and nothing else is", () => {
    expect(inReadme).toEqual(inCode);
  });
});
