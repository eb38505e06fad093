// The bridge: from the shop's own net sales to ours, in named lines.
import * as z from 'zod';
import { Day, Reference } from './fields.ts';
import { freshness } from './report-figures.ts';
import { route } from './route.ts';
import { Platform } from './stores.ts';

const Line = z
  .object({
    line: z
      .enum(['missing', 'returns_timing', 'chargebacks', 'renewals', 'gifts', 'tests', 'gift_cards', 'currency'])
      .meta({
        description:
          'missing: orders of the shop that never came, by the days reconciled, with their tax and shipping. ' +
          'returns_timing: what went back is booked on its own day there, on its order’s here. chargebacks: what banks took back, which shops’ net sales ' +
          'leave out. renewals: stand beside the ' +
          'sales here. gifts: count nowhere here. tests: count in neither. gift_cards: sold, and no revenue here; a line of ' +
          'WooCommerce alone. currency: orders without a rate: how many, since what they come to is not known',
      }),
    amount: z.int().meta({ description: 'What is added to the shop’s figure; minor units' }),
    orders: z.int(),
  })
  .meta({ id: 'BridgeLine' });

const BridgeReport = z
  .object({
    from: z.string(),
    to: z.string(),
    timeZone: z.string(),
    currency: z.string(),
    source: Platform,
    storeIds: z.array(z.string()).meta({ description: 'The stores of that platform' }),
    shopNetSales: z.int().meta({ description: 'As told by netSales, else as it follows from what the shop sent' }),
    isTold: z.boolean(),
    data: z.array(Line),
    remainder: z.int().meta({ description: 'What no line explains; 0 where the shop’s figure was not told' }),
    netRevenue: z.int().meta({ description: 'Ours, booked. shopNetSales + the lines + remainder' }),
    reconciledDays: z.array(z.string()).meta({ description: 'Days held against the shop’s list in which all agreed' }),
    shortDays: z.array(z.string()).meta({ description: 'Days held against the shop’s list that lack orders' }),
    ...freshness,
    nextCursor: z.null(),
  })
  .meta({ id: 'BridgeReport' });

export const bridgeRoutes = {
  bridge: route({
    id: 'getBridgeReport',
    method: 'GET',
    path: '/v1/reports/bridge',
    summary: "From the shop's own net sales to ours, line by line",
    tag: 'Reports',
    scope: 'read',
    serves: 'api',
    csv: true,
    query: z.strictObject({
      from: Day,
      to: Day,
      source: Platform.meta({ description: 'The platform whose stores it is about' }),
      storeId: Reference('sto').optional(),
      netSales: z.coerce.number().int().min(-1e15).max(1e15).optional().meta({
        description: "What the shop's own report says for these days; minor units of the merchant's currency",
      }),
    }),
    responses: { 200: { description: 'The bridge', schema: BridgeReport } },
  }),
};
