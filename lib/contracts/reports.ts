// Roll-ups and the reports read from them.
import * as z from 'zod';
import { DEVICE_CLASSES, OS_FAMILIES } from '../domain/clicks/agent-device.ts';
import { Day, PageQuery, Reference } from './fields.ts';
import { freshness, performanceFigures, reconciliation, roiFigures } from './report-figures.ts';
import { route } from './route.ts';

const GROUP_KEYS = [
  'creator',
  'campaign',
  'link',
  'code',
  'store',
  'placement',
  'platform',
  'sizeTier',
  'sku',
  'product',
  'collection',
  'customerType',
  'country',
  'channel',
  'device',
  'os',
  'app',
  'referrerHost',
  'language',
  'day',
  'week',
  'month',
] as const;

/** A comma-separated list of group keys, each at most once. */
const groupBy = <K extends string>(known: readonly K[], but = '') =>
  z
    .string()
    .max(200)
    .transform((value) => value.split(',').map((part) => part.trim()))
    .pipe(z.array(z.enum(known as readonly [K, ...K[]])).min(1))
    .refine((parts) => new Set(parts).size === parts.length, { message: 'names a key twice' })
    .meta({ description: `Comma-separated: ${known.join(', ')}${but}` });

/** What orders are told apart by is never crossed with links: rows of both would be as many as orders. */
const NOT_TOGETHER =
  '. sku, product, collection, customerType, country and channel go with none of link, code, placement and platform, ' +
  'and only one of sku, product and collection at a time. device, os, app, referrerHost and language go with creator, ' +
  'campaign, sizeTier and time alone, one at a time: not_combinable';

const LONGEST_NAME = 255;

/** Something by the name the shop has for it. */
const named = (description: string) => z.string().min(1).max(LONGEST_NAME).meta({ description });

const CustomerType = z
  .enum(['new', 'returning', 'unknown'])
  .meta({ description: 'Of the order: docs/metrics.md says who is new' });

const Country = z
  .string()
  .regex(/^[A-Za-z]{2}$/)
  .transform((code) => code.toUpperCase())
  .meta({ description: 'ISO 3166-1 alpha-2: where orders are sent, else billed, and where clicks came from' });

const Basis = z.enum(['booked', 'settled']).meta({
  description: "booked: by the order's day, restated by what came after. settled: each change on its own day",
});

const Rollup = z
  .object({
    id: z.string(),
    from: z.string(),
    to: z.string(),
    state: z.enum(['queued', 'running', 'done', 'failed']),
    daysDone: z.int().meta({ description: 'How many of its days are computed' }),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'Rollup' });

/** What both reports say of themselves. */
const about = {
  from: z.string(),
  to: z.string(),
  timeZone: z.string().meta({ description: "The merchant's: its days are these" }),
  currency: z.string().meta({ description: "The merchant's; of all amounts here, in minor units" }),
  model: z.string().meta({ description: 'direct: at most one creator owns an order. Others are to come' }),
};

/** What a row is grouped by: there only when it was asked for, null for what has none. */
const id = z.string().nullable().optional();

const PerformanceRow = z
  .object({
    creatorId: id,
    creatorName: id,
    campaignId: id,
    campaignName: id,
    linkId: id,
    linkSlug: id,
    codeId: id,
    code: id,
    storeId: id,
    storeName: id,
    placement: id.meta({ description: "The link's" }),
    platform: id.meta({ description: "The link's" }),
    sizeTier: id.meta({ description: "The creator's, as of today" }),
    sku: id.meta({
      description: 'Null holds what belongs to no SKU: refunds without items, discounts on whole orders',
    }),
    productId: id.meta({ description: 'Null likewise' }),
    productTitle: id.meta({ description: 'As the newest order of these days calls it' }),
    collection: id.meta({
      description: 'Null likewise. A line in several collections counts in each: rows may add up to more than totals',
    }),
    customerType: CustomerType.optional(),
    country: id.meta({
      description:
        'ISO 3166-1 alpha-2: where orders are sent, and where clicks came from; null where the shop, or the CDN, tells none',
    }),
    channel: z.string().optional().meta({ description: 'web, or what the shop calls it' }),
    device: z.enum(DEVICE_CLASSES).optional().meta({ description: 'What clicks were made on' }),
    os: z.enum(OS_FAMILIES).optional().meta({ description: 'The system it ran' }),
    app: id.meta({
      description: 'The app whose built-in browser it was (instagram, tiktok ...); null for a browser by itself',
    }),
    referrerHost: id.meta({
      description: 'The host that linked; other holds those with fewer clicks than the 200 with most',
    }),
    language: id.meta({ description: "The browser's preferred language, as de; null where it tells none" }),
    day: z.string().optional(),
    week: z.string().optional().meta({ description: 'ISO 8601: YYYY-Www, from Monday on' }),
    month: z.string().optional().meta({ description: 'YYYY-MM' }),
    ...performanceFigures,
  })
  .meta({ id: 'PerformanceRow' });

const Performance = z
  .object({
    ...about,
    basis: Basis,
    ...freshness,
    clickRules: z.array(z.string()).meta({ description: 'Versions of the click rules its days were computed under' }),
    data: z.array(PerformanceRow),
    nextCursor: z.string().nullable(),
    totals: z.object(performanceFigures).meta({ description: 'Over all rows, also those on other pages' }),
    reconciliation,
  })
  .meta({ id: 'PerformanceReport' });

const RoiRow = z
  .object({
    campaignId: id,
    campaignName: id,
    creatorId: id,
    creatorName: id,
    ...roiFigures,
  })
  .meta({ id: 'RoiRow' });

const Roi = z
  .object({
    ...about,
    view: z
      .enum(['life', 'period'])
      .meta({ description: 'life = all costs and revenue to date; period = a cash view of the days asked for' }),
    ...freshness,
    data: z.array(RoiRow),
    totals: RoiRow,
    reconciliation,
  })
  .meta({ id: 'RoiReport' });

const reports = { tag: 'Reports', serves: 'api' as const, scope: 'read' as const };

export const reportRoutes = {
  createRollup: route({
    id: 'createRollup',
    method: 'POST',
    path: '/v1/rollups',
    summary: 'Recompute days, today included',
    tag: 'Reports',
    scope: 'write',
    serves: 'api',
    body: z.strictObject({ from: Day, to: Day }),
    responses: { 202: { description: 'Queued', schema: Rollup } },
  }),
  getRollup: route({
    ...reports,
    id: 'getRollup',
    method: 'GET',
    path: '/v1/rollups/{id}',
    summary: 'How far a recomputation has come',
    responses: { 200: { description: 'The roll-up', schema: Rollup } },
  }),
  performance: route({
    ...reports,
    id: 'getPerformanceReport',
    method: 'GET',
    path: '/v1/reports/performance',
    summary: 'Clicks, orders and revenue by whatever you group by; always adds up to the shop',
    csv: true,
    query: z.strictObject({
      from: Day,
      to: Day,
      model: z.enum(['direct']).optional().meta({ description: 'Default direct, the one there is' }),
      basis: Basis.optional(),
      groupBy: groupBy(GROUP_KEYS, NOT_TOGETHER).optional(),
      creatorId: Reference('crt').optional(),
      campaignId: Reference('cmp').optional(),
      storeId: Reference('sto').optional(),
      sku: named('What orders contain, as the shop names it').optional(),
      productId: named("The shop's own id of a product").optional(),
      collection: named('A line in several collections counts in each').optional(),
      customerType: CustomerType.optional(),
      country: Country.optional(),
      channel: named('web, or what the shop calls it: app, pos, phone, draft ...').optional(),
      limit: z.coerce.number().int().min(1).max(1000).optional(),
      cursor: PageQuery.cursor,
    }),
    responses: { 200: { description: 'The report', schema: Performance } },
  }),
  roi: route({
    ...reports,
    id: 'getRoiReport',
    method: 'GET',
    path: '/v1/reports/roi',
    summary: 'What it cost, what it brought, and whether it paid',
    csv: true,
    query: z.strictObject({
      from: Day.optional().meta({ description: 'Absent with `to` = the whole life' }),
      to: Day.optional(),
      groupBy: groupBy(['campaign', 'creator']).optional(),
      campaignId: Reference('cmp').optional(),
      creatorId: Reference('crt').optional(),
    }),
    responses: { 200: { description: 'The report', schema: Roi } },
  }),
};
