// What the short domain answers that is no click: its own small files, links that have ended, links that never were, the
// shop's pages. One file to load for the first that asks for any of it, so that the start is one file and what the two share.
import { checkDestination } from '../../lib/domain/destinations.ts';
import type { DomainData, LinkData, MerchantData } from '../../lib/domain/entities.ts';
import type { Service } from '../../lib/flows/service.ts';
import { within } from '../../lib/flows/within.ts';
import type { Answer } from '../../lib/http/answer.ts';
import type { Request } from '../../lib/http/request.ts';
import { recordById, type StoredRecord } from '../../lib/table/records.ts';
import { redirectTo } from './answers.ts';
import { bioPage } from './bio-page.ts';
import { answerBrowser } from './browser-answers.ts';
import type { LinkCache } from './link-cache.ts';
import { isForPrograms, noRoute } from './no-route.ts';
import { notFound } from './not-found-page.ts';
import { siteFile } from './site-files.ts';

/** A shopper whose link has ended is not kept waiting for where else to go. */
const MERCHANT_MS = 200;

/** Where a request came in: under which merchant's domain, if it is one's. */
export interface Place {
  readonly service: Service;
  readonly records: LinkCache;
  readonly domain: StoredRecord<DomainData> | undefined;
}

/** A fallback that may be led to, checked again at each use as every destination is; against the hosts it was entered for. */
const safe = (url: string | null | undefined, hosts: readonly string[]): string | undefined =>
  url && checkDestination(url, hosts).ok ? url : undefined;

/** The domain's fallback, else the merchant's of today, or the safe one known while the table can't be asked. */
const fallback = async ({ service, domain }: Place, merchantId: string, known?: string): Promise<Answer> => {
  const own = domain && safe(domain.data.fallbackUrl, domain.data.allowedHosts);
  if (own) return redirectTo(own);
  const asked = recordById<MerchantData>(service.table, merchantId).catch(() => undefined);
  const merchant = await within(MERCHANT_MS, asked, undefined);
  const url = merchant ? safe(merchant.data.fallbackUrl, merchant.data.allowedHosts) : known;
  return url ? redirectTo(url) : notFound();
};

/** A link that has ended: its own fallback, else its domain's or its merchant's. */
export const endedLink = async (place: Place, { merchantId, data }: StoredRecord<LinkData>): Promise<Answer> => {
  const own = safe(data.ownFallbackUrl, data.allowedHosts);
  return own ? redirectTo(own) : fallback(place, merchantId, safe(data.fallbackUrl, data.allowedHosts));
};

/** Where a merchant's domain leads whoever asks it for no link. */
const ofDomain = (place: Place, { merchantId, data }: StoredRecord<DomainData>): Promise<Answer> =>
  fallback(place, merchantId, safe(data.merchantFallbackUrl, data.allowedHosts));

/** While the table can't be asked, and nothing is known of the link or its merchant: on to where the deployment says, if it says. */
export const nothingRead = ({ fallbackUrl }: Service, { method }: Request): Answer =>
  fallbackUrl && (method === 'GET' || method === 'HEAD') ? redirectTo(fallbackUrl) : notFound();

/** A link that can't be read and never was: of a merchant's domain it is known where the rest leads. */
export const unreadLink = async (place: Place, request: Request): Promise<Answer> =>
  place.domain ? ofDomain(place, place.domain) : nothingRead(place.service, request);

/** What is asked for by a name that no link has. */
export const noLink = async (place: Place, name: string, request: Request): Promise<Answer> => {
  if (isForPrograms(request)) return noRoute(request);
  const file = siteFile(name);
  if (file) return file;
  const bio = name.startsWith('@') ? await bioPage(place, name.slice(1)) : undefined;
  if (bio) return bio.page ?? fallback(place, bio.merchantId);
  return place.domain ? ofDomain(place, place.domain) : notFound();
};

/** The browser script and what it sends. */
export const ofBrowser = async (place: Place, request: Request): Promise<Answer> =>
  (await answerBrowser(place, request)) ?? noRoute(request);
