// Clicks one by one: what each hit of a day was found to be, and by which rule.
import { clickRoutes } from '../../lib/contracts/clicks.ts';
import { CLICK_RULES_VERSION, type HitJudges } from '../../lib/domain/clicks/classify.ts';
import { visitorIdOf } from '../../lib/domain/clicks/visitor-id.ts';
import type { LinkData } from '../../lib/domain/entities.ts';
import { hitJudges } from '../../lib/flows/hit-judges.ts';
import { labelledClicks } from '../../lib/flows/labelled-clicks.ts';
import { createLookup } from '../../lib/flows/lookup.ts';
import { cursorOf } from '../../lib/http/cursor.ts';
import { clickIdOf } from '../../lib/platform/visitors.ts';
import type { StoredRecord } from '../../lib/table/records.ts';
import { iso } from './instants.ts';
import { cursorScope, DEFAULT_LIMIT, startOf } from './lists.ts';
import { type Call, operation } from './operation.ts';
import { filterId } from './references.ts';

/** Hits that one request reads at most: a rare kind on a day of a million is found over several. */
const MOST_READ = 10_000;

type Labelled = ReturnType<typeof labelledClicks> extends AsyncGenerator<infer T> ? T : never;

/** What a hit without a user agent was on is not known. */
const UNKNOWN_AGENT = { device: 'other', os: 'other', app: null } as const;

const present = (
  call: Call,
  { click, label }: Labelled,
  link: StoredRecord<LinkData> | undefined,
  agentOf: HitJudges['agentOf'],
) => {
  const { facts, place, visitor } = click;
  const { userAgent } = facts;
  const { device, os, app } = userAgent ? agentOf(userAgent) : UNKNOWN_AGENT;
  return {
    id: clickIdOf(place, call.service.masterKey, call.merchant.id),
    at: iso(click.at),
    linkId: facts.linkId,
    linkSlug: link?.data.slug ?? null,
    creatorId: link?.data.creatorId ?? null,
    campaignId: link?.data.campaignId ?? null,
    kind: label.kind,
    reason: label.reason,
    rulesVersion: CLICK_RULES_VERSION,
    visitorId: visitor === null ? null : visitorIdOf(visitor),
    device,
    os,
    app,
    userAgent,
    referrerHost: facts.referrerHost,
    country: facts.country,
    language: facts.language ?? null,
    externalId: facts.externalId,
  };
};

const listClicks = operation(clickRoutes.listClicks, async (anyCall) => {
  const call = anyCall as Call;
  const { day, kind, ...query } = anyCall.query;
  const { service, merchant } = call;
  const linkId = await filterId(call, 'link', query.linkId);
  const creatorId = await filterId(call, 'creator', query.creatorId);
  const lookup = createLookup(service.table);
  const isWanted = async ({ click, label }: Labelled) => {
    if ((kind && label.kind !== kind) || (linkId && click.linkId !== linkId)) return false;
    return !creatorId || (await lookup.link(click.linkId))?.data.creatorId === creatorId;
  };
  const scope = cursorScope(call, clickRoutes.listClicks.id);
  const found: Labelled[] = [];
  let read = 0;
  let last: string | undefined;
  let more = false;
  for await (const labelled of labelledClicks(service, merchant, day, startOf(call, scope))) {
    more = found.length === (query.limit ?? DEFAULT_LIMIT) || read === MOST_READ;
    if (more) break;
    read += 1;
    last = labelled.position;
    if (await isWanted(labelled)) found.push(labelled);
  }
  const nextCursor = more && last ? cursorOf(service.masterKey, scope, last, call.now) : null;
  const { agentOf } = hitJudges(merchant.data);
  const data = await Promise.all(
    found.map(async (one) => present(call, one, await lookup.link(one.click.linkId), agentOf)),
  );
  return { status: 200, body: { data, nextCursor }, csvRows: data };
});

export const clickOperations = [listClicks];
