// Clicks of another tool's record: stored where clicks of this service are, so that journeys and traffic follow from both.
import type * as z from 'zod';
import type { ImportedClick } from '../contracts/imports.ts';
import { addDays, type Day, dayOf } from '../domain/days.ts';
import type { LinkData, MerchantData } from '../domain/entities.ts';
import { clicksKeptSince, LONGEST_LOOKBACK_DAYS, retentionOf } from '../domain/retention.ts';
import { foldSlug } from '../domain/slugs.ts';
import { hostNamed, withoutAddresses } from '../platform/addresses.ts';
import { sha256Hex } from '../platform/crypto.ts';
import { foreignVisitorOf, visitorKey } from '../platform/visitors.ts';
import { clickShard, DEFAULT_DOMAIN } from '../table/click-path-keys.ts';
import { importedClicks, type ImportedClick as StorableClick, storeImportedClicks } from '../table/imported-clicks.ts';
import { keys } from '../table/keys.ts';
import { recordsAt, type StoredRecord } from '../table/records.ts';
import { noteFactsSince } from './apply-kept.ts';
import { type LineOutcome, rejected } from './import-outcome.ts';
import { markSpans } from './mark-days.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;
type Link = StoredRecord<LinkData>;

export interface ClickLine {
  readonly line: number;
  readonly click: z.output<typeof ImportedClick>;
}

/** Clocks of other tools may be ahead of ours by this much. */
const SKEW_MS = 300_000;

/** The key of the link that a line names. */
const placeOf = ({ domain, slug }: ClickLine['click']) => keys.link(domain ?? DEFAULT_DOMAIN, foldSlug(slug));

/** The merchant's links that the lines name, by their keys. */
const linksOf = async (service: Service, merchant: Merchant, lines: readonly ClickLine[]) => {
  const places = new Map(lines.map(({ click }) => [placeOf(click).pk, placeOf(click)]));
  const links = await recordsAt<LinkData>(service.table, [...places.values()]);
  const own = links.filter(({ merchantId }) => merchantId === merchant.id);
  return new Map(own.map((link) => [keys.link(link.data.domain, link.data.slug).pk, link]));
};

/** The host of where a click came from, which may be told as a URL or as the host itself. */
const hostOf = (referrer: string | null | undefined): string | null =>
  referrer ? hostNamed(URL.parse(referrer) ?? URL.parse(`https://${referrer}`)) : null;

/** What tells it from other clicks follows from what it is, so that it is the same item however often it is sent. */
const storable = (service: Service, merchant: Merchant, link: Link, { click }: ClickLine): StorableClick => {
  const { externalId, visitorId, userAgent, referrer, country } = click;
  const at = Date.parse(click.at);
  const suffix = sha256Hex(`${link.id}|${externalId}`).slice(0, 8);
  const visitor = visitorId == null ? null : foreignVisitorOf(visitorId, visitorKey(service.masterKey, merchant.id));
  const { timeZone, clickShards } = merchant.data;
  return {
    externalId,
    place: { day: dayOf(at, timeZone), shard: clickShard(visitor ?? suffix, clickShards), visitor, at, suffix },
    facts: {
      linkId: link.id,
      method: 'GET',
      userAgent: withoutAddresses(userAgent?.trim() ?? '') || null,
      purpose: null,
      referrerHost: hostOf(referrer),
      country: country?.toUpperCase() ?? null,
      externalId,
    },
  };
};

/** Traffic of its own day, and orders that may be credited by it since: as long as any campaign looks back. */
const daysTouched = (days: readonly Day[], today: Day): Day[] => {
  const touched = new Set<Day>();
  for (const day of new Set(days)) {
    const last = addDays(day, LONGEST_LOOKBACK_DAYS + 1);
    for (let one = day; one <= last && one <= today; one = addDays(one, 1)) touched.add(one);
  }
  return [...touched];
};

const store = async (service: Service, merchant: Merchant, clicks: readonly StorableClick[]): Promise<void> => {
  const days = clicks.map(({ place }) => place.day).sort();
  const [first] = days;
  if (first === undefined) return;
  const today = dayOf(service.clock(), merchant.data.timeZone);
  await markSpans(service, merchant.id, daysTouched(days, today), today);
  await noteFactsSince(service, merchant, first);
  await storeImportedClicks(service.table, merchant.id, clicks, retentionOf(merchant.data).clickDays);
};

/** Whether a click's time is one that it can have had, and be kept from. */
const timeFault = (data: MerchantData, at: number, now: number): 'in_future' | 'too_old' | undefined => {
  if (at > now + SKEW_MS) return 'in_future';
  return at <= clicksKeptSince(data, now) ? 'too_old' : undefined;
};

const TIME_MESSAGES = {
  in_future: 'at: is yet to come',
  too_old: 'at: clicks of that time are not kept any more',
} as const;

/** Imports clicks, each of which stands for itself. A line sent again, in this call or another, is a duplicate. */
export const importClicks = async (
  service: Service,
  merchant: Merchant,
  lines: readonly ClickLine[],
): Promise<LineOutcome[]> => {
  const now = service.clock();
  const links = await linksOf(service, merchant, lines);
  const ids = lines.map(({ click }) => click.externalId);
  const known = new Map<string, { readonly linkId: string }>(
    await importedClicks(service.table, merchant.id, [...new Set(ids)]),
  );
  const fresh: StorableClick[] = [];
  const outcomes = lines.map((told): LineOutcome => {
    const { line, click } = told;
    const link = links.get(placeOf(click).pk);
    if (!link) return rejected(line, 'unknown_slug', 'slug: there is no such link');
    const fault = timeFault(merchant.data, Date.parse(click.at), now);
    if (fault) return rejected(line, fault, TIME_MESSAGES[fault]);
    const first = known.get(click.externalId);
    if (first && first.linkId !== link.id) {
      return rejected(line, 'external_id_taken', "externalId: is another link's click");
    }
    if (first) return { line, outcome: 'duplicate' };
    known.set(click.externalId, { linkId: link.id });
    fresh.push(storable(service, merchant, link, told));
    return { line, outcome: 'accepted' };
  });
  await store(service, merchant, fresh);
  return outcomes;
};
