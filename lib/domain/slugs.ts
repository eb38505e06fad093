// Slugs: the last part of short links and the names of campaigns in URLs.

/** Lower-case letters and digits without look-alikes (0 o, 1 l i), for made-up slugs. */
export const SLUG_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

const LONGEST_SLUG = 64;

/** Names the short domain serves itself or may come to, and those browsers and crawlers ask every host for. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['health', 'openapi', 'docs', 'webhooks', 'v1', 't', 'e'],
  ...['admin', 'api', 'assets', 'static', 'public', 'login', 'logout', 'signup', 'account', 'bio', 'survey', 'privacy'],
  ...['favicon', 'robots', 'sitemap', 'manifest', 'security', 'humans', 'ads', 'well-known', 'index', 'www'],
  ...['apple-touch-icon', 'apple-touch-icon-precomposed', 'apple-app-site-association', 'assetlinks', 'browserconfig'],
]);

/** True for a slug in the form it is stored in: 3 to 64 of a-z, 0-9 and dash. */
export function isSlug(text: string): boolean {
  return /^[a-z0-9-]{3,64}$/.test(text);
}

/** A slug as requested, in the form it is stored in: slugs match in any case. */
export function foldSlug(text: string): string {
  return text.toLowerCase();
}

/** True for a slug no link may have, in any case. */
export function isReservedSlug(slug: string): boolean {
  return RESERVED.has(foldSlug(slug));
}

/**
 * A campaign's slug from its name, which must be transliterated already (see `toAscii`): lower case, one dash for each
 * run of other characters, at most 64 characters, 'campaign' when nothing is left.
 */
export function slugFromName(asciiName: string): string {
  const words = asciiName.toLowerCase().match(/[a-z0-9]+/g) ?? ['campaign'];
  return words.join('-').slice(0, LONGEST_SLUG).replace(/-$/, '');
}
