// Where a short link may lead, and the address a shopper is sent to: the merchant's own hosts and nowhere else.

export type DestinationFault =
  | 'not_a_url'
  | 'not_https'
  | 'userinfo'
  | 'port'
  | 'backslash'
  | 'control_character'
  | 'host_not_allowed'
  | 'too_long';

type DestinationCheck =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly code: DestinationFault };

/** Where shoppers of some countries go. */
export interface CountryDestination {
  /** ISO 3166-1, two capital letters each. */
  readonly countries: readonly string[];
  readonly url: string;
}

export const LONGEST_DESTINATION = 2000;

/** Common servers refuse a request line or a header beyond 8 kB; the rest of the line needs some of it. */
const LONGEST_LOCATION = 8000;

/** Parameters shops take as an address to send the shopper on to: a visitor must not bring their own. */
const REDIRECTING = new Set(['redirect', 'return_to', 'url', 'next', 'checkout_url']);

/** Ours: a click id in a URL that came from outside is somebody else's click. */
const OUR_PREFIX = 'trb_';

/**
 * Whether a URL is one a link may lead to; `url` is then its parsed form, the only one to store or send.
 *
 * https, at most 2,000 characters as given and as parsed, host one of `allowedHosts` exactly (any case, no sub-domains,
 * 'shop.com.' is another host), and none of what makes parsers disagree about the host: user info, a port (not even
 * 443), backslashes, control characters, white space.
 */
export function checkDestination(url: string, allowedHosts: readonly string[]): DestinationCheck {
  if (url.length > LONGEST_DESTINATION) return fault('too_long');
  if (/[\p{Cc}\p{White_Space}\uFEFF]/u.test(url)) return fault('control_character');
  if (url.includes('\\')) return fault('backslash');
  const parsed = URL.parse(url);
  if (parsed === null) return fault('not_a_url');
  if (parsed.protocol !== 'https:') return fault('not_https');
  // Parsing drops an empty user name and the port 443, and accepts 'https:shop.com': look at the text itself.
  const authority = /^https:\/\/([^/?#]+)/i.exec(url)?.[1];
  if (authority === undefined) return fault('not_a_url');
  if (authority.includes('@')) return fault('userinfo');
  if (/:\d*$/.test(authority)) return fault('port');
  if (!allowedHosts.some((host) => host.toLowerCase() === parsed.hostname)) return fault('host_not_allowed');
  return parsed.href.length > LONGEST_DESTINATION ? fault('too_long') : { ok: true, url: parsed.href };
}

/** Where a link leads a shopper of a country (null = not known): the first rule that names it, else the target of all. */
export function targetFor(
  link: { readonly targetUrl: string; readonly targets?: readonly CountryDestination[] },
  country: string | null,
): string {
  return link.targets?.find(({ countries }) => country !== null && countries.includes(country))?.url ?? link.targetUrl;
}

/**
 * The `Location` of a redirect to a checked target: its own query as it is, then the visitor's parameters, then
 * `trb_click` where a click id is given, then the target's fragment.
 *
 * Of the visitor's raw query (no leading '?') all parameters are kept in order, repeats too, except those the target
 * has itself, `trb_*`, names that redirect again, and whatever comes after 8,000 characters are full. Names are compared
 * as loosely as shops read them (see `looseName`). Whatever target and raw query are, this never throws, and what is
 * taken from the query is printable ASCII.
 */
export function redirectLocation(target: string, rawQuery: string, clickId: string | null): string {
  const [beforeFragment, fragment] = splitAt(target, '#');
  const [address, query] = splitAt(beforeFragment, '?');
  const own = query
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !looseName(pair).startsWith(OUR_PREFIX))
    .map((pair) => (clickId !== null && isDiscountHop(address, pair) ? carryingInside(pair, clickId) : pair));
  const click = clickId === null ? [] : [`trb_click=${encodeURIComponent(clickId)}`];
  const room = LONGEST_LOCATION - [address, ...own, ...click].join('&').length - fragment.length;
  const pairs = [...own, ...visitorPairs(rawQuery, new Set(own.map(looseName)), room), ...click];
  return address + (pairs.length === 0 ? '' : `?${pairs.join('&')}`) + fragment;
}

/** True for the `redirect` of a Shopify `/discount/CODE` address, the only parameter sure to survive that hop. */
function isDiscountHop(address: string, pair: string): boolean {
  return /^https:\/\/[^/]+\/discount\/[^/]+$/.test(address) && pair.startsWith('redirect=');
}

/**
 * The click id inside the path that the hop leads on to, ahead of that path's fragment. One with a malformed escape, such as
 * `/100%-cotton`, stays as it is: what the shop makes of it can't be told.
 */
function carryingInside(pair: string, clickId: string): string {
  try {
    const [path, fragment] = splitAt(decodeURIComponent(pair.slice('redirect='.length)), '#');
    const joined = `${path}${path.includes('?') ? '&' : '?'}trb_click=${encodeURIComponent(clickId)}${fragment}`;
    return `redirect=${encodeURIComponent(joined)}`;
  } catch {
    return pair;
  }
}

/** The decoded name of one `name=value` pair of a query. Never throws: a malformed escape stands for itself. */
export function parameterName(pair: string): string {
  const [name] = splitAt(pair, '=');
  if (!/[%+]/.test(name)) return name;
  // The & keeps a leading '?' of the name from being taken for the start of the query.
  return new URLSearchParams(`&${name}`).keys().next().value ?? '';
}

function visitorPairs(rawQuery: string, taken: ReadonlySet<string>, room: number): string[] {
  const kept: string[] = [];
  let left = room;
  for (const pair of rawQuery.split('&')) {
    const name = looseName(pair);
    if (pair === '' || taken.has(name) || !isHarmless(pair)) continue;
    const text = escaped(pair);
    left -= text.length + 1;
    if (left < 0) break;
    kept.push(text);
  }
  return kept;
}

/**
 * Whether a `name=value` pair of a query may stand in an address that shops act on: not ours, nor one that sends the
 * shopper on. PHP cuts a name at a NUL, so that `redirect%00x` is `redirect`; no honest name has a control character.
 */
export function isHarmless(pair: string): boolean {
  const name = looseName(pair);
  return !name.startsWith(OUR_PREFIX) && !REDIRECTING.has(name) && !/\p{Cc}/u.test(name);
}

/**
 * A pair's name as the most lenient shop reads it: any case, `name[]` and `name[key]` as `name`, and like PHP (thus
 * WooCommerce) without outer space and with `return.to`, `return to` and `return[to` as `return_to`.
 */
function looseName(pair: string): string {
  const name = parameterName(pair).trim().toLowerCase();
  const bracket = name.indexOf('[');
  const isArray = bracket > 0 && name.indexOf(']', bracket) > 0;
  return (isArray ? name.slice(0, bracket) : name).replace(/[ .[]/g, '_');
}

/** Keeps a visitor's text, escaping what could end the query or the header, and `;`, which some servers read as `&`. */
function escaped(pair: string): string {
  return pair
    .toWellFormed()
    .replace(/[^\w\-.~!$'()*+,:@/?=%[\]]/gu, encodeURIComponent)
    .replace(/%(?![0-9a-f]{2})/gi, '%25');
}

/** The text before the first `mark`, and the rest from it on; the rest is empty where there is none. */
function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

function fault(code: DestinationFault): DestinationCheck {
  return { ok: false, code };
}
