// The click a request makes: who (a keyed hash, or nobody), where it is stored, what the shopper gets back.
import type { KeyObject } from 'node:crypto';
import { customAlphabet } from 'nanoid';
import type { ClickPlace } from '../../lib/domain/clicks/click-key.ts';
import { dayOf } from '../../lib/domain/days.ts';
import type { LinkData } from '../../lib/domain/entities.ts';
import { cookieOf, type Request } from '../../lib/http/request.ts';
import type { MasterKey } from '../../lib/platform/crypto.ts';
import {
  clickIdOf,
  isVisitorCookie,
  newVisitorCookie,
  VISITOR_COOKIE,
  visitorOf,
} from '../../lib/platform/visitors.ts';
import type { ClickFacts } from '../../lib/table/clicks.ts';
import { clickShard } from '../../lib/table/keys.ts';
import type { StoredRecord } from '../../lib/table/records.ts';

const COOKIE_SECONDS = 400 * 86_400;

/** 32 random bits, from a pool. */
const newSuffix = customAlphabet('0123456789abcdef', 8);

export interface Click {
  readonly place: ClickPlace;
  readonly facts: ClickFacts;
  readonly cookies: readonly string[];
  /** The id for the destination's URL; null for those who asked not to be tracked. */
  readonly idFor: (master: MasterKey) => string | null;
}

/** Global Privacy Control or Do Not Track: counted, never followed. */
const asksNotToBeTracked = ({ headers }: Request): boolean => headers['sec-gpc'] === '1' || headers.dnt === '1';

/** Only the host of where the shopper came from: paths and queries can hold anything. */
const referrerHostOf = ({ headers }: Request): string | null => {
  const referrer = headers.referer;
  return (referrer && URL.parse(referrer)?.hostname) || null;
};

/** What a browser says of a fetch nobody asked for yet. */
const purposeOf = ({ headers }: Request): string | null =>
  headers['sec-purpose'] ?? headers.purpose ?? headers['x-purpose'] ?? headers['x-moz'] ?? null;

const factsOf = (request: Request, linkId: string): ClickFacts => ({
  linkId,
  method: request.method === 'HEAD' ? 'HEAD' : 'GET',
  userAgent: request.headers['user-agent'] ?? null,
  purpose: purposeOf(request),
  referrerHost: referrerHostOf(request),
  country: /^[A-Z]{2}$/.exec(request.headers['cloudfront-viewer-country'] ?? '')?.[0] ?? null,
  externalId: null,
});

/**
 * The click of a request on a link at `now`. The visitor is the cookie's, or a new one; a probe (HEAD) or somebody who
 * asks not to be tracked gets no cookie.
 */
export const clickFor = (request: Request, link: StoredRecord<LinkData>, now: number, visitorKey: KeyObject): Click => {
  const untracked = asksNotToBeTracked(request);
  const sent = cookieOf(request, VISITOR_COOKIE);
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
  const setsCookie = !untracked && request.method !== 'HEAD';
  const attributes = `Max-Age=${COOKIE_SECONDS}; Path=/; HttpOnly; Secure; SameSite=Lax`;
  return {
    place,
    facts: factsOf(request, link.id),
    cookies: setsCookie ? [`${VISITOR_COOKIE}=${cookie}; ${attributes}`] : [],
    idFor: (master) => (untracked ? null : clickIdOf(place, master, link.merchantId)),
  };
};
