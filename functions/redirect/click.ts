// The click a request makes: who (a keyed hash, or nobody), where it is stored, what the shopper gets back.
import type { KeyObject } from 'node:crypto';
import type { ClickPlace } from '../../lib/domain/clicks/click-key.ts';
import { dayOf } from '../../lib/domain/days.ts';
import type { LinkData } from '../../lib/domain/entities.ts';
import { cookieOf, type Request } from '../../lib/http/request.ts';
import { hostNamed, withoutAddresses } from '../../lib/platform/addresses.ts';
import type { MasterKey } from '../../lib/platform/crypto.ts';
import { createRepeatWatch } from '../../lib/platform/repeats.ts';
import {
  CONSENT_COOKIE,
  clickIdOf,
  isVisitorCookie,
  newVisitorCookie,
  VISITOR_COOKIE,
  visitorOf,
} from '../../lib/platform/visitors.ts';
import { clickShard } from '../../lib/table/click-path-keys.ts';
import type { ClickFacts } from '../../lib/table/clicks.ts';
import type { StoredRecord } from '../../lib/table/records.ts';
import { addressesOf, type SenderAddresses } from './addresses.ts';
import { asksNotToBeTracked, keptCookie, newSuffix } from './identity.ts';

export interface Click {
  readonly place: ClickPlace;
  readonly facts: ClickFacts;
  readonly cookies: readonly string[];
  /** The id for the destination's URL; null for those who asked not to be tracked. */
  readonly idFor: (master: MasterKey) => string | null;
}

/** Whether a cookie may be read and set: with `required`, once the shop's page has passed consent on. */
const mayKeepCookies = (request: Request, { consentMode }: LinkData): boolean =>
  consentMode !== 'required' || cookieOf(request, CONSENT_COOKIE) === '1';

/** What a browser says of a fetch nobody asked for yet. */
const purposeOf = ({ headers }: Request): string | undefined =>
  headers['sec-purpose'] || headers.purpose || headers['x-purpose'] || headers['x-moz'];

/** The primary tag of the language preferred. */
const languageOf = ({ headers }: Request): string | null =>
  /^\s*([a-z]{2,3})(?![a-z])/i.exec(headers['accept-language'] ?? '')?.[1]?.toLowerCase() ?? null;

const factsOf = (request: Request, linkId: string, { all }: SenderAddresses): ClickFacts => {
  const language = languageOf(request);
  const kept = (text: string | undefined): string | null => (text ? withoutAddresses(text, all) : null);
  return {
    linkId,
    method: request.method === 'HEAD' ? 'HEAD' : 'GET',
    userAgent: kept(request.headers['user-agent']),
    purpose: kept(purposeOf(request)),
    // Of where the shopper came from the host alone: paths and queries can hold anything.
    referrerHost: hostNamed(URL.parse(request.headers.referer ?? '')),
    country: /^[A-Z]{2}$/.exec(request.headers['cloudfront-viewer-country'] ?? '')?.[0] ?? null,
    ...(language !== null && { language }),
    externalId: null,
  };
};

const isRepeat = createRepeatWatch();

/** Whether somebody without a cookie has followed this link a moment ago: the same address, with the same browser. */
const repeats = ({ headers }: Request, { linkId, method, purpose }: ClickFacts, from: string | null, now: number) => {
  if (from === null || method === 'HEAD' || purpose !== null) return false;
  const browser = [headers['user-agent'], headers['accept-language'], headers['sec-ch-ua'], headers.referer];
  return isRepeat([linkId, from, ...browser.map((value) => value ?? '')], now);
};

/**
 * The click of a request on a link at `now`. The visitor is the cookie's, or a new one; a probe (HEAD), somebody who asks
 * not to be tracked and somebody whose consent is waited for get no cookie.
 */
export const clickFor = (request: Request, link: StoredRecord<LinkData>, now: number, visitorKey: KeyObject): Click => {
  const untracked = asksNotToBeTracked(request);
  const mayKeep = !untracked && mayKeepCookies(request, link.data);
  const sent = mayKeep ? cookieOf(request, VISITOR_COOKIE) : undefined;
  const known = sent !== undefined && isVisitorCookie(sent, now);
  const cookie = known ? sent : newVisitorCookie(now);
  const visitor = untracked ? null : visitorOf(cookie, visitorKey);
  const suffix = newSuffix();
  const place: ClickPlace = {
    day: dayOf(now, link.data.timeZone),
    shard: clickShard(visitor ?? suffix, link.data.clickShards),
    visitor,
    at: now,
    suffix,
  };
  const addresses = addressesOf(request);
  const facts = factsOf(request, link.id, addresses);
  const repeat = !known && repeats(request, facts, addresses.from, now);
  return {
    place,
    facts: repeat ? { ...facts, repeat } : facts,
    cookies: mayKeep && request.method !== 'HEAD' ? [keptCookie(VISITOR_COOKIE, cookie)] : [],
    idFor: (master) => (untracked ? null : clickIdOf(place, master, link.merchantId)),
  };
};
