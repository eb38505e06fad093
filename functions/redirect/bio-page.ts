// A creator's page of links, for the one address a profile has room for: HTML alone, nothing fetched but the icon.
import { createHash } from 'node:crypto';
import type { BioPageData, CreatorData, LinkData } from '../../lib/domain/entities.ts';
import { HANDLE } from '../../lib/domain/handles.ts';
import type { Answer } from '../../lib/http/answer.ts';
import { bioPageKey, DEFAULT_DOMAIN, entityKey, linkKey } from '../../lib/table/click-path-keys.ts';
import type { StoredRecord } from '../../lib/table/records.ts';
import type { Place } from './elsewhere.ts';

/** As long as the warm process keeps what the page is made of. */
const KEPT_SECONDS = 60;

/** Every pair of colours has a contrast of 7 to 1 or more; targets are 48 pixels high, 44 being the least. */
const STYLE = `:root{color-scheme:light dark;--page:#fff;--text:#1a1a1a;--link:#174e72;--on-link:#fff}
@media(prefers-color-scheme:dark){:root{--page:#121212;--text:#f2f2f2;--link:#a9d4f0;--on-link:#0b1f2c}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:1.125rem/1.5 system-ui,sans-serif}
main{max-width:32rem;margin:0 auto;padding:3rem 1rem;text-align:center;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .5rem}
p{margin:0 0 1.5rem}
ul{list-style:none;margin:0;padding:0}
li{margin:0 0 .75rem}
a{display:flex;min-height:48px;align-items:center;justify-content:center;padding:.6rem 1rem;border-radius:.6rem;background:var(--link);color:var(--on-link);font-weight:600;text-decoration:none}
a:hover{text-decoration:underline}
a:focus-visible{outline:3px solid var(--text);outline-offset:3px}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;' };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (mark) => ENTITIES[mark] ?? mark);

interface ShownPage extends Pick<BioPageData, 'text' | 'language'> {
  readonly title: string;
  readonly url: string;
  readonly links: BioPageData['links'];
}

const linksOf = (links: ShownPage['links']): string =>
  links.length === 0
    ? ''
    : `<nav aria-labelledby="title">
<ul role="list">
${links.map(({ slug, title }) => `<li><a href="/${slug}" rel="sponsored" dir="auto">${escaped(title)}</a></li>`).join('\n')}
</ul>
</nav>
`;

const html = (page: ShownPage): string => {
  const [title, text] = [escaped(page.title), page.text === null ? null : escaped(page.text)];
  const described = text === null ? '' : `\n<meta name="description" property="og:description" content="${text}">`;
  return `<!doctype html>
<html lang="${escaped(page.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>${described}
<meta property="og:title" content="${title}">
<meta property="og:type" content="profile">
<meta property="og:url" content="${escaped(page.url)}">
<link rel="canonical" href="${escaped(page.url)}">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>${STYLE}</style>
</head>
<body>
<main>
<h1 id="title" dir="auto">${title}</h1>
${text === null ? '' : `<p dir="auto">${text}</p>\n`}${linksOf(page.links)}</main>
</body>
</html>
`;
};

/** The entries whose links are there, hold, and are still the creator's. */
const holding = async ({ records, service }: Place, { merchantId, data }: StoredRecord<BioPageData>) => {
  const now = service.clock();
  const found = await Promise.all(
    // A link that can't be read now is left out: the others are worth more than none.
    data.links.map(({ slug }) => records.at<LinkData>(linkKey(data.domain, slug)).catch(() => undefined)),
  );
  return data.links.filter((_, i) => {
    const link = found[i];
    const isTheirs = link?.merchantId === merchantId && link.data.creatorId === data.creatorId;
    return isTheirs && link.archivedAt === null && (link.data.expiresAt === null || link.data.expiresAt > now);
  });
};

/** Whose page a name is the handle of, and what it answers; nothing to show where page or creator are archived. */
export const bioPage = async (
  place: Place,
  name: string,
): Promise<{ readonly merchantId: string; readonly page?: Answer } | undefined> => {
  const handle = name.toLowerCase();
  // What nobody can have claimed costs no read, and may be longer than a key.
  if (!HANDLE.test(handle)) return undefined;
  const domain = place.domain?.data.domain ?? DEFAULT_DOMAIN;
  const record = await place.records.at<BioPageData>(bioPageKey(domain, handle));
  if (!record) return undefined;
  const { merchantId, data, archivedAt } = record;
  const creator = archivedAt === null ? await place.records.at<CreatorData>(entityKey(data.creatorId)) : undefined;
  if (!creator || creator.archivedAt !== null) return { merchantId };
  const home = place.domain ? `https://${domain}` : place.service.baseUrl;
  const url = `${home}/@${data.handle}`;
  const links = await holding(place, record);
  const body = html({ ...data, title: data.title ?? creator.data.name, url, links });
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': `public, max-age=${KEPT_SECONDS}`,
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer-when-downgrade',
    'x-content-type-options': 'nosniff',
  };
  return { merchantId, page: { status: 200, headers, body } };
};
