// The hot path: a short link to its destination, the click stored before the answer leaves, as far as a shopper can wait for it.
import { checkDestination, redirectLocation, targetFor } from '../lib/domain/destinations.ts';
import type { DomainData, LinkData } from '../lib/domain/entities.ts';
import { isOwnHost } from '../lib/domain/hosts.ts';
import { foldSlug, isSlug } from '../lib/domain/slugs.ts';
import { createKeepClick, type KeepClick } from '../lib/flows/keep-click.ts';
import { openedOnce, type Service } from '../lib/flows/service.ts';
import { type Answer, type GatewayAnswer, gatewayAnswer } from '../lib/http/answer.ts';
import { type GatewayEvent, type Request, requestOf } from '../lib/http/request.ts';
import { visitorKey } from '../lib/platform/visitors.ts';
import { DEFAULT_DOMAIN, domainKey, linkKey } from '../lib/table/click-path-keys.ts';
import type { StoredRecord } from '../lib/table/records.ts';
import { redirectTo } from './redirect/answers.ts';
import { clickFor } from './redirect/click.ts';
import type { Place } from './redirect/elsewhere.ts';
import { createLinkCache } from './redirect/link-cache.ts';
import { allWritten, slimMeans } from './redirect/slim-means.ts';

type Link = StoredRecord<LinkData>;

/**
 * The last part of the address, as it was asked for; a slash at its end is some client's habit. A function's URL passes
 * paths on as they came, escaped: one that can't be read stays as it is, and is nothing's name.
 */
const nameOf = ({ params, path }: Request): string => {
  const name = params.slug ?? path.slice(1).replace(/\/$/, '');
  if (params.slug !== undefined || !name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
};

/** What is rare beside clicks is loaded by the first that asks for it. */
const elsewhere = () => import('./redirect/elsewhere.ts');

const checked = new WeakMap<Link, Map<string, boolean>>();

/**
 * A target is checked again, against the hosts it was minted for: whatever wrote the record, no link leads astray. Once
 * for each time the link is read, since a cached link is the same one.
 */
const isSafe = (link: Link, target: string): boolean => {
  const known = checked.get(link) ?? new Map<string, boolean>();
  const safe = known.get(target) ?? checkDestination(target, link.data.allowedHosts).ok;
  checked.set(link, known.set(target, safe));
  return safe;
};

/** A request under way: where it came in, when (of `performance.now()`), and what keeps its click. */
interface Hit extends Place {
  readonly request: Request;
  readonly begun: number;
  readonly keepClick: KeepClick;
}

const follow = async (hit: Hit, link: Link): Promise<Answer> => {
  const { service, request, begun, keepClick } = hit;
  const { merchantId } = link;
  const click = clickFor(request, link, service.clock(), visitorKey(service.masterKey, merchantId));
  const target = targetFor(link.data, click.facts.country);
  if (!isSafe(link, target)) return (await elsewhere()).endedLink(hit, link);
  const { place: where, facts } = click;
  const outcome = await keepClick({ merchantId, place: where, facts }, { days: link.data.clickDays, begun });
  // The shopper goes on all the same, and with the id of a click that may still be stored: an order without it could not be
  // credited by it any more. If it never comes, the id still says whose journey it was of.
  if (outcome === 'lost') return redirectTo(redirectLocation(target, request.rawQuery, null));
  try {
    return redirectTo(redirectLocation(target, request.rawQuery, click.idFor(service.masterKey)), click.cookies);
  } catch (error) {
    service.log.error('led on without a click id', { requestId: request.requestId, error });
    return redirectTo(target, click.cookies);
  }
};

/** The link of a slug; `unread` while the table can't be asked for it. */
const linkOf = async ({ domain, records, request, begun, service }: Hit, slug: string) => {
  try {
    return await records.at<LinkData>(linkKey(domain?.data.domain ?? DEFAULT_DOMAIN, slug), begun);
  } catch (error) {
    service.log.error('link not read', { requestId: request.requestId, error });
    return 'unread' as const;
  }
};

/** Answers at a domain: a merchant's, or the deployment's own. */
const answer = async (hit: Hit): Promise<Answer> => {
  const { request, service } = hit;
  if (request.path === '/t.js' || request.path === '/e') return (await elsewhere()).ofBrowser(hit, request);
  const name = nameOf(request);
  const slug = foldSlug(name);
  const isFollowed = isSlug(slug) && (request.method === 'GET' || request.method === 'HEAD');
  const link = isFollowed ? await linkOf(hit, slug) : undefined;
  if (link === undefined) return (await elsewhere()).noLink(hit, name, request);
  if (link === 'unread') return (await elsewhere()).unreadLink(hit, request);
  const expired = link.data.expiresAt !== null && link.data.expiresAt <= service.clock();
  return expired ? (await elsewhere()).endedLink(hit, link) : follow(hit, link);
};

/** The handler over a service; without middy, whose 3 kB would do nothing here. */
export const createRedirect = (service: Service) => {
  const records = createLinkCache(service);
  const keepClick = createKeepClick(service);
  const own = URL.parse(service.baseUrl)?.hostname;
  return async (event: GatewayEvent, _context: unknown): Promise<GatewayAnswer> => {
    const begun = performance.now();
    const request = requestOf(event);
    try {
      const { host } = request;
      // One that can't be looked up now and never was answers that there is nothing: by the same slug the deployment's own
      // name may lead to another merchant's shop.
      const domain = isOwnHost(host, own) ? undefined : await records.at<DomainData>(domainKey(host), begun);
      return gatewayAnswer(await answer({ service, records, domain, request, begun, keepClick }), request);
    } catch (error) {
      service.log.error('redirect failed', { requestId: request.requestId, error });
      return gatewayAnswer((await elsewhere()).nothingRead(service, request), request);
    }
  };
};

const opened = openedOnce('redirect', { baseUrl: true, encryptionKey: true }, slimMeans, createRedirect);

/** What Lambda calls. */
export const handler = async (event: GatewayEvent, context: unknown) => {
  const answered = await (await opened())(event, context);
  await allWritten();
  return answered;
};
