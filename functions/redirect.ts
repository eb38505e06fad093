// The hot path: a short link to its destination, the click stored before the answer leaves.
import middy from '@middy/core';
import { checkDestination, redirectLocation } from '../lib/domain/destinations.ts';
import type { LinkData, MerchantData } from '../lib/domain/entities.ts';
import { foldSlug, isSlug } from '../lib/domain/slugs.ts';
import { keepClick } from '../lib/flows/keep-click.ts';
import { openedOnce, type Service } from '../lib/flows/service.ts';
import { within } from '../lib/flows/within.ts';
import { type Answer, gatewayAnswer } from '../lib/http/answer.ts';
import { type GatewayEvent, type Request, requestOf } from '../lib/http/request.ts';
import { visitorKey } from '../lib/platform/visitors.ts';
import { recordById, type StoredRecord } from '../lib/table/records.ts';
import { clickFor } from './redirect/click.ts';
import { createLinkCache } from './redirect/link-cache.ts';
import { notFoundPage } from './redirect/not-found-page.ts';
import { allWritten, slimMeans } from './redirect/slim-means.ts';

type Link = StoredRecord<LinkData>;

const HEADERS = {
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer-when-downgrade',
  'x-robots-tag': 'noindex',
} as const;

const redirectTo = (location: string, cookies: readonly string[] = []): Answer => ({
  status: 302,
  headers: { ...HEADERS, location },
  cookies,
});

/** A link that was never there, or whose merchant has no fallback. */
const notFound = (): Answer => ({
  status: 404,
  headers: {
    ...HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  },
  body: notFoundPage,
});

/** A shopper whose link has ended is not kept waiting for where else to go. */
const MERCHANT_MS = 200;

/** A link that has ended: the merchant's fallback of today, or of the link's day while the table can't be asked. */
const elsewhere = async (service: Service, link: Link): Promise<Answer> => {
  const asked = recordById<MerchantData>(service.table, link.merchantId).catch(() => undefined);
  const merchant = await within(MERCHANT_MS, asked, undefined);
  const fallback = merchant ? merchant.data.fallbackUrl : link.data.fallbackUrl;
  return fallback ? redirectTo(fallback) : notFound();
};

const slugOf = (request: Request): string => foldSlug(request.params.slug ?? request.path.slice(1));

const checked = new WeakMap<Link, boolean>();

/**
 * The target is checked again, against the hosts it was minted for: whatever wrote the record, no link leads astray. Once
 * for each time it is read, since a cached link is the same one.
 */
const isSafe = (link: Link): boolean => {
  const safe = checked.get(link) ?? checkDestination(link.data.targetUrl, link.data.allowedHosts).ok;
  checked.set(link, safe);
  return safe;
};

const follow = async (service: Service, link: Link, request: Request): Promise<Answer> => {
  const key = visitorKey(service.masterKey, link.merchantId);
  const { merchantId } = link;
  const click = clickFor(request, link, service.clock(), key);
  const kept = await keepClick(service, { merchantId, place: click.place, facts: click.facts }, link.data.clickDays);
  // The shopper goes on all the same. What may be lost is one click; an id that leads to none would only mislead.
  if (!kept) return redirectTo(redirectLocation(link.data.targetUrl, request.rawQuery, null));
  const location = redirectLocation(link.data.targetUrl, request.rawQuery, click.idFor(service.masterKey));
  return redirectTo(location, click.cookies);
};

/** The browser script and what it sends: rare beside shoppers, and so loaded by the first that asks. */
const ofBrowser = async (service: Service, request: Request): Promise<Answer> => {
  const { answerBrowser } = await import('./redirect/browser-answers.ts');
  return (await answerBrowser(service, request)) ?? notFound();
};

const answer = async (
  service: Service,
  links: ReturnType<typeof createLinkCache>,
  request: Request,
): Promise<Answer> => {
  if (request.path === '/t.js' || request.path === '/e') return ofBrowser(service, request);
  const slug = slugOf(request);
  if (!isSlug(slug) || (request.method !== 'GET' && request.method !== 'HEAD')) return notFound();
  const link = await links.bySlug(slug);
  const expired = link?.data.expiresAt != null && link.data.expiresAt <= service.clock();
  if (!link) return notFound();
  if (expired || !isSafe(link)) return elsewhere(service, link);
  return follow(service, link, request);
};

/** The handler over a service. */
export const createRedirect = (service: Service) => {
  const links = createLinkCache(service);
  return middy<GatewayEvent>().handler(async (event) => {
    const request = requestOf(event);
    try {
      return gatewayAnswer(await answer(service, links, request), request);
    } catch (error) {
      service.log.error('redirect failed', { requestId: request.requestId, error });
      return gatewayAnswer(notFound(), request);
    }
  });
};

const opened = openedOnce('redirect', { encryptionKey: true }, slimMeans, createRedirect);

/** What Lambda calls. */
export const handler = async (event: GatewayEvent, context: never) => {
  const answered = await (await opened())(event, context);
  await allWritten();
  return answered;
};
