// POST /e: what the browser script tells of a visit, taken from the merchant's own pages only and kept beside its click.
import { type ClickPlace, clickSortKey } from '../../lib/domain/clicks/click-key.ts';
import { dayOf } from '../../lib/domain/days.ts';
import type { MerchantData } from '../../lib/domain/entities.ts';
import { type Batch, batchOf, LARGEST_BATCH_BYTES } from '../../lib/domain/visits/batch.ts';
import type { Service } from '../../lib/flows/service.ts';
import type { Answer } from '../../lib/http/answer.ts';
import { cookieOf, type Request } from '../../lib/http/request.ts';
import { placeOfClickId } from '../../lib/platform/click-places.ts';
import { CONSENT_COOKIE, isVisitorCookie, newVisitorCookie, VISITOR_COOKIE } from '../../lib/platform/visitors.ts';
import { clickShard, entityKey } from '../../lib/table/click-path-keys.ts';
import type { StoredRecord } from '../../lib/table/records.ts';
import { storeVisit } from '../../lib/table/visits.ts';
import type { Place } from './elsewhere.ts';
import { createAllowance } from './events-allowance.ts';
import { asksNotToBeTracked, droppedCookie, keptCookie, newSuffix } from './identity.ts';

type Merchant = StoredRecord<MerchantData>;

const refused = (status: 400 | 403 | 413 | 429, body: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body,
});

/** The page's origin; the referrer's where a browser sends none. */
const originOf = ({ headers }: Request): string | null =>
  URL.parse(headers.origin ?? '')?.origin ?? URL.parse(headers.referer ?? '')?.origin ?? null;

const isOwnPage = ({ data }: Merchant, origin: string): boolean =>
  data.allowedHosts.some((host) => origin === `https://${host.toLowerCase()}`);

const bodyOf = ({ body }: Request): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
};

/** A place of nobody's on the merchant's day. */
const nobodysPlace = (service: Service, merchant: Merchant): ClickPlace => {
  const now = service.clock();
  const suffix = newSuffix();
  const shard = clickShard(suffix, merchant.data.clickShards);
  return { day: dayOf(now, merchant.data.timeZone), shard, visitor: null, at: now, suffix };
};

/**
 * The cookies of this domain follow what the shop's page says of consent. A browser takes them from here only where the
 * shop is of the same site, such as go.example.com for www.example.com.
 */
const cookiesFor = (request: Request, given: boolean, now: number): string[] => {
  if (!given) return [CONSENT_COOKIE, VISITOR_COOKIE].map(droppedCookie);
  const sent = cookieOf(request, VISITOR_COOKIE);
  const visitor = sent !== undefined && isVisitorCookie(sent, now) ? sent : newVisitorCookie(now);
  return [keptCookie(CONSENT_COOKIE, '1'), keptCookie(VISITOR_COOKIE, visitor)];
};

const store = async (service: Service, merchant: Merchant, place: ClickPlace, { facts }: Batch): Promise<void> => {
  if (Object.keys(facts).length === 0) return;
  const days = merchant.data.retention?.clickDays;
  await storeVisit(service.table, merchant.id, { place, facts }, newSuffix(), days).catch((error) =>
    // Nobody waits for it, and nothing can be done about it: the beacon is gone.
    service.log.error('visit not stored', { merchantId: merchant.id, error }),
  );
};

/** Takes batches in: 204 for what is well-formed and from the merchant's pages, whatever becomes of it. */
export const createEvents = ({ service, records }: Omit<Place, 'domain'>): ((request: Request) => Promise<Answer>) => {
  const allows = createAllowance(service.clock);
  return async (request) => {
    if (request.body.length > LARGEST_BATCH_BYTES) return refused(413, 'A batch has at most 8 kB\n');
    const batch = batchOf(bodyOf(request));
    if (!batch) return refused(400, 'This is no batch of events\n');
    const untracked = asksNotToBeTracked(request);
    const origin = originOf(request);
    const merchant = await records.at<MerchantData>(entityKey(batch.merchantId)).catch((error: unknown) => {
      service.log.error('merchant of a visit not read', { merchantId: batch.merchantId, error });
      return 'unknown' as const;
    });
    if (merchant === 'unknown') return { status: 204 };
    if (!merchant || origin === null || !isOwnPage(merchant, origin)) return refused(403, 'Not from here\n');
    // An id that does not open is of no click, and counts with what is told without one.
    const clickId = untracked ? null : batch.clickId;
    const click = clickId === null ? undefined : placeOfClickId(clickId, service.masterKey, merchant.id);
    if (!allows(merchant.id, click ? clickSortKey(click) : null)) return refused(429, 'Too many\n');
    await store(service, merchant, click ?? nobodysPlace(service, merchant), batch);
    const headers = {
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      vary: 'origin',
      'cache-control': 'no-store',
    };
    const cookies = batch.consent === null ? [] : cookiesFor(request, batch.consent && !untracked, service.clock());
    return { status: 204, headers, cookies };
  };
};
