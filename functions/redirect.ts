// The hot path: a short link to its destination, the click stored before the answer leaves.
import middy from '@middy/core';
import { checkDestination, redirectLocation, targetFor } from '../lib/domain/destinations.ts';
import type { LinkData } from '../lib/domain/entities.ts';
import { foldSlug, isSlug } from '../lib/domain/slugs.ts';
import { leaveClick } from '../lib/flows/leave-click.ts';
import { openedOnce, type Service } from '../lib/flows/service.ts';
import { type Answer, gatewayAnswer } from '../lib/http/answer.ts';
import { type GatewayEvent, type Request, requestOf } from '../lib/http/request.ts';
import { visitorKey } from '../lib/platform/visitors.ts';
import { storeClick } from '../lib/table/clicks.ts';
import type { StoredRecord } from '../lib/table/records.ts';
import { notFound, redirectTo } from './redirect/answers.ts';
import { clickFor } from './redirect/click.ts';
import { createLinkCache } from './redirect/link-cache.ts';

type Link = StoredRecord<LinkData>;

/** The last part of the address, as it was asked for. */
const nameOf = (request: Request): string => request.params.slug ?? request.path.slice(1);

/** What is rare beside clicks is loaded by the first that asks for it. */
const elsewhere = () => import('./redirect/elsewhere.ts');

const follow = async (service: Service, link: Link, request: Request): Promise<Answer> => {
  const key = visitorKey(service.masterKey, link.merchantId);
  const { merchantId } = link;
  const click = clickFor(request, link, service.clock(), key);
  const target = targetFor(link.data, click.facts.country);
  // Checked again, against the hosts it was minted for: whatever wrote the record, no link leads astray.
  if (!checkDestination(target, link.data.allowedHosts).ok) return (await elsewhere()).endedLink(service, link);
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

const answer = async (
  service: Service,
  links: ReturnType<typeof createLinkCache>,
  request: Request,
): Promise<Answer> => {
  const name = nameOf(request);
  const slug = foldSlug(name);
  const isFollowed = isSlug(slug) && (request.method === 'GET' || request.method === 'HEAD');
  const link = isFollowed ? await links.bySlug(slug) : undefined;
  if (!link) return (await elsewhere()).noLink(name, request);
  const expired = link.data.expiresAt !== null && link.data.expiresAt <= service.clock();
  return expired ? (await elsewhere()).endedLink(service, link) : follow(service, link, request);
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
      return gatewayAnswer(await notFound(), request);
    }
  });
};

const opened = openedOnce('redirect', { encryptionKey: true, hurry: true }, createRedirect);

/** What Lambda calls. */
export const handler = async (event: GatewayEvent, context: never) => (await opened())(event, context);
