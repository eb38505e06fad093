// Costs and values: the money a marketer enters, spent and estimated.
import * as z from 'zod';
import { Day, decimal, Money, Reference, Stamps } from './fields.ts';
import { resourceRoutes } from './resource.ts';

export const CostType = z.enum([
  'fee',
  'retainer',
  'product',
  'shipping',
  'agency',
  'time',
  'tools',
  'bonus',
  'reimbursement',
  'ad_boost',
  'other',
]);
const ValueType = z.enum(['content', 'brand_search', 'other']);

const owner = {
  campaignId: Reference('cmp').nullish().meta({ description: "Absent = the programme's" }),
  creatorId: Reference('crt').nullish().meta({ description: "Absent = the campaign's as a whole" }),
  note: z.string().max(5000).nullish(),
};

export const CostCreate = z.strictObject({
  ...owner,
  type: CostType,
  amount: Money,
  incurredOn: Day,
  hours: decimal(0, 100_000).nullish().meta({ description: 'With hourlyRate, for type time' }),
  hourlyRate: z.int().min(0).nullish().meta({ description: 'Minor units' }),
});

const Cost = z
  .object({
    ...Stamps,
    type: CostType,
    amount: Money,
    incurredOn: z.string(),
    campaignId: z.string().nullable(),
    creatorId: z.string().nullable(),
    note: z.string().nullable(),
    hours: z.number().nullable(),
    hourlyRate: z.int().nullable(),
  })
  .meta({ id: 'Cost' });

export const costRoutes = resourceRoutes({
  path: 'costs',
  name: 'Cost',
  plural: 'Costs',
  tag: 'Costs and values',
  create: CostCreate,
  patch: CostCreate.partial(),
  answer: Cost,
  filters: z.strictObject({
    campaignId: Reference('cmp').optional(),
    creatorId: Reference('crt').optional(),
    type: CostType.optional(),
  }),
});

export const ValueCreate = z.strictObject({
  ...owner,
  type: ValueType,
  amount: Money,
  on: Day,
  method: z.string().max(500).nullish().meta({ description: 'How the estimate was made' }),
});

const Value = z
  .object({
    ...Stamps,
    type: ValueType,
    amount: Money,
    on: z.string(),
    campaignId: z.string().nullable(),
    creatorId: z.string().nullable(),
    method: z.string().nullable(),
    note: z.string().nullable(),
  })
  .meta({ id: 'Value', description: 'An estimate a marketer enters; reports mark it as estimated' });

export const valueRoutes = resourceRoutes({
  path: 'values',
  name: 'Value',
  plural: 'Values',
  tag: 'Costs and values',
  create: ValueCreate,
  patch: ValueCreate.partial(),
  answer: Value,
  filters: z.strictObject({
    campaignId: Reference('cmp').optional(),
    creatorId: Reference('crt').optional(),
    type: ValueType.optional(),
  }),
});
