// Clicks one by one: every hit of a day with what it was found to be.
import * as z from 'zod';
import { DEVICE_CLASSES, OS_FAMILIES } from '../domain/clicks/agent-device.ts';
import { Day, PageQuery, pageOf, Reference } from './fields.ts';
import { route } from './route.ts';

const HitKind = z.enum(['human', 'bot', 'preview', 'prefetch', 'probe', 'duplicate', 'internal']).meta({
  description: 'human alone counts as a click; docs/metrics.md says what the others are',
});

const Click = z
  .object({
    id: z.string().meta({ description: 'What an order carries as clickId' }),
    at: z.string(),
    linkId: z.string(),
    linkSlug: z.string().nullable(),
    creatorId: z.string().nullable(),
    campaignId: z.string().nullable(),
    kind: HitKind,
    reason: z.string().meta({ description: 'The rule that said so: docs/metrics.md' }),
    rulesVersion: z
      .string()
      .meta({ description: 'Of the click rules; a report names those its days were computed under' }),
    visitorId: z.string().nullable().meta({
      description: 'A keyed hash, the same on each click that came with one cookie; null with GPC or Do Not Track',
    }),
    device: z.enum(DEVICE_CLASSES),
    os: z.enum(OS_FAMILIES),
    app: z
      .string()
      .nullable()
      .meta({ description: 'The app whose built-in browser it was; null for a browser by itself' }),
    userAgent: z.string().nullable().meta({ description: 'Cut to 300 bytes' }),
    referrerHost: z.string().nullable().meta({ description: 'The host that linked, without the path' }),
    country: z.string().nullable().meta({ description: 'ISO 3166-1 alpha-2, where a CDN tells it' }),
    language: z.string().nullable().meta({ description: "The browser's preferred language, as de" }),
    externalId: z.string().nullable().meta({ description: 'The id an imported click came with' }),
  })
  .meta({ id: 'Click' });

export const clickRoutes = {
  listClicks: route({
    id: 'listClicks',
    method: 'GET',
    path: '/v1/clicks',
    summary:
      'Every hit of a day, labelled by the click rules of today; grouped by visitor. A page may hold fewer than its limit, even none, while there is a nextCursor',
    tag: 'Clicks',
    serves: 'api',
    scope: 'read',
    csv: true,
    query: z.strictObject({
      ...PageQuery,
      day: Day,
      kind: HitKind.optional(),
      linkId: Reference('lnk').optional(),
      creatorId: Reference('crt').optional(),
    }),
    responses: { 200: { description: 'A page', schema: pageOf(Click) } },
  }),
};
