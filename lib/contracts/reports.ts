// Roll-ups and the reports read from them.
import * as z from 'zod';
import { Day, Reference } from './fields.ts';
import { CostType } from './money-entries.ts';
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
  'day',
  'week',
  'month',
] as const;

/** A comma-separated list of group keys, each at most once. */
const groupBy = <K extends string>(known: readonly K[]) =>
  z
    .string()
    .max(200)
    .transform((value) => value.split(',').map((part) => part.trim()))
    .pipe(z.array(z.enum(known as readonly [K, ...K[]])).min(1))
    .refine((parts) => new Set(parts).size === parts.length, { message: 'names a key twice' })
    .meta({ description: `Comma-separated: ${known.join(', ')}` });

const Rollup = z
  .object({
    id: z.string(),
    from: z.string(),
    to: z.string(),
    state: z.enum(['queued', 'running', 'done', 'failed']),
    daysDone: z.int(),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'Rollup' });

const excludedClicks = z.object({
  bot: z.int(),
  preview: z.int(),
  prefetch: z.int(),
  probe: z.int(),
  duplicate: z.int(),
  internal: z.int(),
});

const figures = {
  clicks: z.int().nullable(),
  uniqueClicks: z.int().nullable(),
  excludedClicks: excludedClicks.nullable(),
  orders: z.number(),
  codeOnlyOrders: z.number(),
  newCustomers: z.number(),
  unknownCustomers: z.number().meta({ description: 'Orders of customers whose history we cannot know' }),
  units: z.number(),
  grossRevenue: z.int(),
  discounts: z.int(),
  refunds: z.int(),
  netRevenue: z.int(),
  renewals: z.object({ orders: z.number(), netRevenue: z.int() }),
  aov: z.number().nullable(),
  cvr: z.number().nullable(),
  revenuePerClick: z.number().nullable(),
};

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
    placement: id,
    platform: id,
    sizeTier: id,
    day: z.string().optional(),
    week: z.string().optional(),
    month: z.string().optional(),
    ...figures,
  })
  .meta({ id: 'PerformanceRow' });

const Performance = z
  .object({
    from: z.string(),
    to: z.string(),
    timeZone: z.string(),
    currency: z.string(),
    model: z.string(),
    basis: z.enum(['booked', 'settled']),
    computedAt: z.string().nullable().meta({ description: 'When the oldest of its days was computed' }),
    missingDays: z.array(z.string()).meta({ description: 'Days up to today that no roll-up has computed yet' }),
    staleDays: z.array(z.string()).meta({ description: 'Days that have changed since they were computed' }),
    clickRules: z.array(z.string()),
    data: z.array(PerformanceRow),
    nextCursor: z.string().nullable(),
    totals: z.object(figures),
    reconciliation: z.object({
      storeNetRevenue: z.int(),
      credited: z.int(),
      unattributed: z.int(),
      storeOrders: z.number(),
      conflicts: z.int(),
    }),
  })
  .meta({ id: 'PerformanceReport' });

const tagged = (tag: 'measured' | 'estimated') => z.object({ amount: z.int(), kind: z.literal(tag) });

const COSTS_BY_TYPE = Object.fromEntries(CostType.options.map((type) => [type, z.int()])) as Readonly<
  Record<z.infer<typeof CostType>, z.ZodInt>
>;

const RoiRow = z
  .object({
    campaignId: id,
    campaignName: id,
    creatorId: id,
    creatorName: id,
    costs: z.object({ ...COSTS_BY_TYPE, total: z.int() }).meta({ description: 'By type, and `total`' }),
    value: z.object({
      direct: tagged('measured'),
      brandSearch: tagged('estimated'),
      content: tagged('estimated'),
      other: tagged('estimated'),
      total: z.int(),
    }),
    clicks: z.int(),
    orders: z.number(),
    newCustomers: z.number(),
    unknownCustomers: z.number(),
    discounts: z.int().meta({ description: 'Shown, never a cost: value is already after them' }),
    roi: z.number().nullable(),
    roiMeasured: z.number().nullable(),
    roas: z.number().nullable(),
    roasFullCost: z.number().nullable(),
    cac: z.number().nullable(),
    cpa: z.number().nullable(),
    cpc: z.number().nullable(),
    roiMargin: z.number().nullable().meta({ description: 'null while the gross margin is unknown' }),
  })
  .meta({ id: 'RoiRow' });

const Roi = z
  .object({
    from: z.string(),
    to: z.string(),
    timeZone: z.string(),
    currency: z.string(),
    model: z.string(),
    view: z
      .enum(['life', 'period'])
      .meta({ description: 'life = all costs and revenue to date; period = a cash view of the days asked for' }),
    computedAt: z.string().nullable(),
    missingDays: z.array(z.string()),
    staleDays: z.array(z.string()),
    data: z.array(RoiRow),
    totals: RoiRow,
    reconciliation: z.object({
      storeNetRevenue: z.int(),
      credited: z.int(),
      unattributed: z.int(),
      storeOrders: z.number(),
      conflicts: z.int(),
    }),
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
      model: z.enum(['direct']).optional(),
      basis: z.enum(['booked', 'settled']).optional(),
      groupBy: groupBy(GROUP_KEYS).optional(),
      creatorId: Reference('crt').optional(),
      campaignId: Reference('cmp').optional(),
      storeId: Reference('sto').optional(),
      limit: z.coerce.number().int().min(1).max(1000).optional(),
      cursor: z.string().max(2000).optional(),
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
