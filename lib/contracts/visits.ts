// Visits to the shop: what clicks led to, by link.
import * as z from 'zod';
import { Day } from './fields.ts';
import { route } from './route.ts';

const whole = (description: string) => z.int().meta({ description });

const figures = {
  visits: whole('Distinct (visitor, link, day) whose landing page opened with the browser script'),
  engagedVisits: whole('Those of 10 seconds of attention or more, of a second page, or with a sign-up'),
  bounces: whole('visits - engagedVisits'),
  engagedSeconds: whole('Seconds in view and attended to; at most 4 hours a visitor, link and day'),
  signups: whole('Sign-ups that the shop’s pages told of; at most 5 a visitor, link and day'),
};

const VisitRow = z
  .object({
    linkId: z.string(),
    linkSlug: z.string().nullable(),
    creatorId: z.string().nullable(),
    campaignId: z.string().nullable(),
    ...figures,
  })
  .meta({ id: 'VisitRow' });

const Visits = z
  .object({
    day: z.string(),
    timeZone: z.string().meta({ description: "The merchant's: its days are these" }),
    data: z.array(VisitRow),
    totals: z.object(figures),
    withoutClick: z
      .object({ visits: z.int(), engagedSeconds: z.int(), signups: z.int() })
      .meta({ description: 'Told without a click, with Sec-GPC or DNT: as told, by nobody and of no link' }),
    complete: z.boolean().meta({ description: 'False when the day had more than one answer has time to read' }),
  })
  .meta({ id: 'Visits' });

export const visitRoutes = {
  listVisits: route({
    id: 'listVisits',
    method: 'GET',
    path: '/v1/visits',
    summary: 'What the clicks of a day led to on the shop’s pages, by link; needs the browser script',
    tag: 'Reports',
    scope: 'read',
    serves: 'api',
    csv: true,
    query: z.strictObject({ day: Day.meta({ description: 'The day of the clicks' }) }),
    responses: { 200: { description: 'The visits', schema: Visits } },
  }),
};
