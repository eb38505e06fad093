// UTM parameters: from the templates of a campaign and a link to the URL a short link leads to.
import { isHarmless, parameterName } from './destinations.ts';

/** Text with placeholders such as `{creator.handle}` per UTM parameter; null or absent = not set here. */
export type UtmTemplates = {
  readonly source?: string | null;
  readonly medium?: string | null;
  readonly campaign?: string | null;
  readonly content?: string | null;
  readonly term?: string | null;
};

/** What placeholders stand for; null where the link has no such thing. */
export type UtmVariables = {
  readonly creatorHandle: string | null;
  readonly creatorName: string | null;
  readonly campaignSlug: string | null;
  readonly campaignName: string | null;
  readonly linkPlacement: string | null;
  readonly linkSlug: string | null;
  readonly platform: string | null;
};

const FIELDS = ['source', 'medium', 'campaign', 'content', 'term'] as const;

const VARIABLE_OF: ReadonlyMap<string, keyof UtmVariables> = new Map([
  ['{creator.handle}', 'creatorHandle'],
  ['{creator.name}', 'creatorName'],
  ['{campaign.slug}', 'campaignSlug'],
  ['{campaign.name}', 'campaignName'],
  ['{link.placement}', 'linkPlacement'],
  ['{link.slug}', 'linkSlug'],
  ['{platform}', 'platform'],
]);

const PLACEHOLDER = /\{[^{}]*\}/g;

/**
 * The UTM parameters of a link, by name (`utm_source` ...): per field the link's template, else the campaign's, else the
 * default (source = platform or 'creator', medium = 'creator', campaign = the campaign's slug).
 *
 * A variable that is null renders empty, and a parameter that comes out empty is left out; so an empty template
 * switches a default off.
 */
export function renderUtm(campaign: UtmTemplates, link: UtmTemplates, variables: UtmVariables): Record<string, string> {
  const defaults: UtmTemplates = {
    source: variables.platform === null ? 'creator' : '{platform}',
    medium: 'creator',
    campaign: '{campaign.slug}',
  };
  const utm: Record<string, string> = {};
  for (const field of FIELDS) {
    const template = link[field] ?? campaign[field] ?? defaults[field] ?? '';
    const value = render(template, variables);
    if (value !== '') utm[`utm_${field}`] = value;
  }
  return utm;
}

/** The placeholders of a template that stand for nothing, braces included, each once: for validation. */
export function unknownPlaceholders(template: string): string[] {
  const placeholders = template.match(PLACEHOLDER) ?? [];
  return [...new Set(placeholders.filter((placeholder) => !VARIABLE_OF.has(placeholder)))];
}

/**
 * A checked destination with UTM parameters set: they replace parameters of the same name, and every other parameter
 * keeps its text, as does the fragment.
 */
export function targetUrl(destination: string, utm: Readonly<Record<string, string>>): string {
  const url = new URL(destination);
  const kept = url.search
    .slice(1)
    .split('&')
    .filter((pair) => !Object.hasOwn(utm, parameterName(pair)));
  const set = new URLSearchParams(utm).toString();
  url.search = [...kept, set].filter((text) => text !== '').join('&');
  return url.href;
}

/**
 * The address at which a Shopify shop applies a code and sends the shopper on. Parameters beside `redirect` are not sure
 * to survive that hop, so the destination inside it carries them all; the UTM stands outside as well, for analytics.
 *
 * A path of several slashes would lead from there to another host, so it begins with one; nor does anything outside send
 * the shopper on.
 */
export function discountUrl(target: string, code: string): string {
  const url = new URL(target);
  const inner = url.pathname.replace(/^\/+/, '/') + url.search + url.hash;
  const outside = url.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && isHarmless(pair));
  const query = [`redirect=${encodeURIComponent(inner)}`, ...outside].join('&');
  return `${url.origin}/discount/${encodeURIComponent(code)}?${query}`;
}

/** Values go in as they are: a creator named '{platform}' stays that. */
function render(template: string, variables: UtmVariables): string {
  return template.replace(PLACEHOLDER, (placeholder) => {
    const variable = VARIABLE_OF.get(placeholder);
    return variable === undefined ? placeholder : (variables[variable] ?? '');
  });
}
