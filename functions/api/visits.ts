// Visits to the shop, by the link that led to them.
import { visitRoutes } from '../../lib/contracts/visits.ts';
import type { LinkData } from '../../lib/domain/entities.ts';
import { totalOf } from '../../lib/domain/visits/count.ts';
import { visitsOfDay } from '../../lib/flows/day-visits.ts';
import { recordsById } from '../../lib/table/records.ts';
import { operation } from './operation.ts';

const listVisits = operation(visitRoutes.listVisits, async ({ service, merchant, query }) => {
  const { byLink, withoutClick, complete } = await visitsOfDay(service, merchant, query.day);
  const records = await recordsById<LinkData>(service.table, [...byLink.keys()]);
  const links = new Map(records.map(({ id, data }) => [id, data]));
  const data = [...byLink].map(([linkId, figures]) => {
    const link = links.get(linkId);
    const about = { creatorId: link?.creatorId ?? null, campaignId: link?.campaignId ?? null };
    return { linkId, linkSlug: link?.slug ?? null, ...about, ...figures };
  });
  const { visits = 0, seconds: engagedSeconds = 0, signups = 0 } = withoutClick;
  const body = {
    ...{ day: query.day, timeZone: merchant.data.timeZone, data, totals: totalOf(byLink.values()) },
    ...{ withoutClick: { visits, engagedSeconds, signups }, complete },
  };
  return { status: 200, body, csvRows: data };
});

export const visitOperations = [listVisits];
