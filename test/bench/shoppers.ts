// Shoppers' hits on many links, as a load.
import type { LoadRequest } from './load.ts';

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

/** Connections under load, as the aims of the bench have it. */
export const SHOPPERS_AT_ONCE = 32;

/** So many hits, each by a new visitor, spread evenly over the links and never two in a row on one of them. */
export const hitsOn = (slugs: readonly string[], count: number): LoadRequest[] =>
  Array.from({ length: count }, (_, i) => ({
    method: 'GET',
    path: `/${slugs[(i * 7) % slugs.length]}`,
    headers: { 'user-agent': PHONE, accept: 'text/html', 'accept-language': 'en' },
  }));
