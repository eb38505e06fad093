// The hot path: a short link to its destination, the click stored before the answer leaves.
import middy from '@middy/core';
import { checkDestination, redirectLocation, targetFor } from '../lib/domain/destinations.ts';
import type { DomainData, LinkData } from '../lib/domain/entities.ts';
import { isOwnHost } from '../lib/domain/hosts.ts';
import { foldSlug, isSlug } from '../lib/domain/slugs.ts';
import { leaveClick } from '../lib/flows/leave-click.ts';
import { openedOnce, type Service } from '../lib/flows/service.ts';
import { type Answer, gatewayAnswer } from '../lib/http/answer.ts';
import { type GatewayEvent, type Request, requestOf } from '../lib/http/request.ts';
import { visitorKey } from '../lib/platform/visitors.ts';
import { storeClick } from '../lib/table/clicks.ts';
import { DEFAULT_DOMAIN, keys } from '../lib/table/keys.ts';
import type { StoredRecord } from '../lib/table/records.ts';
import { notFound, redirectTo } from './redirect/answers.ts';
import { clickFor } from './redirect/click.ts';
import type { Place } from './redirect/elsewhere.ts';
import { createLinkCache } from './redirect/link-cache.ts';

type Link = StoredRecord<LinkData>;

/** The last part of the address, as it was asked for. */
const nameOf = (request: Request): string => request.params.slug ?? request.path.slice(1);

/** What is rare beside clicks is loaded by the first that asks for it. */
const elsewhere = () => import('./redirect/elsewhere.ts');

const follow = async (place: Place, link: Link, request: Request): Promise<Answer> => {
  const { service } = place;
  const key = visitorKey(service.masterKey, link.merchantId);
  const { merchantId } = link;
  const click = clickFor(request, link, service.clock(), key);
  const target = targetFor(link.data, click.facts.country);
  // Checked again, against the hosts it was minted for: whatever wrote the record, no link leads astray.
  if (!checkDestination(target, link.data.allowedHosts).ok) return (await elsewhere()).endedLink(place, link);
  try {
    await storeClick(service.table, merchantId, click.place, click.facts, link.data.clickDays);
  } catch (error) {
    service.log.error('click not stored', { linkId: link.id, error });
    const left = await leaveClick(service, { merchantId, place: click.place, facts: click.facts });
    // The shopper goes on all the same. What is lost is one click; an id that leads to none would only mislead.
    if (!left) return redirectTo(redirectLocation(target, request.rawQuery, null));
  }
  return redirectTo(redirectLocation(target, request.rawQuery, click.idFor(service.masterKey)), click.cookies);
};

/** The link of a slug; none while it can't be read, since to a shopper that is the same: there may be a fallback. */
const linkOf = async (place: Place, slug: string, { requestId }: Request): Promise<Link | undefined> => {
  try {
    return await place.records.at<LinkData>(keys.link(place.domain?.data.domain ?? DEFAULT_DOMAIN, slug));
  } catch (error) {
    place.service.log.error('link not read', { requestId, error });
    return undefined;
  }
};

/** Answers at a domain: a merchant's, or the deployment's own. */
const answer = async (place: Place, request: Request): Promise<Answer> => {
  const name = nameOf(request);
  const slug = foldSlug(name);
  const isFollowed = isSlug(slug) && (request.method === 'GET' || request.method === 'HEAD');
  const link = isFollowed ? await linkOf(place, slug, request) : undefined;
  if (!link) return (await elsewhere()).noLink(place, name, request);
  const expired = link.data.expiresAt !== null && link.data.expiresAt <= place.service.clock();
  return expired ? (await elsewhere()).endedLink(place, link) : follow(place, link, request);
};

/** The handler over a service. */
export const createRedirect = (service: Service) => {
  const records = createLinkCache(service);
  const own = URL.parse(service.baseUrl)?.hostname;
  return middy<GatewayEvent>().handler(async (event) => {
    const request = requestOf(event);
    try {
      const { host } = request;
      const domain = isOwnHost(host, own) ? undefined : await records.at<DomainData>(keys.domain(host));
      return gatewayAnswer(await answer({ service, records, domain }, request), request);
    } catch (error) {
      service.log.error('redirect failed', { requestId: request.requestId, error });
      return gatewayAnswer(await notFound(), request);
    }
  });
};

const opened = openedOnce('redirect', { baseUrl: true, encryptionKey: true, hurry: true }, createRedirect);

/** What Lambda calls. */
export const handler = async (event: GatewayEvent, context: never) => (await opened())(event, context);
