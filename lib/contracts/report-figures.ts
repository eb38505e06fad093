// The figures of the reports, each with what it is; docs/metrics.md has the formulas.
import * as z from 'zod';
import { CostType } from './money-entries.ts';

const MINOR = 'minor units';

const whole = (description: string) => z.int().meta({ description });
/** A count that models with several owners per order will split. */
const count = (description: string) => z.number().meta({ description });
const ratio = (description: string) => z.number().nullable().meta({ description });
const NO_CLICKS = 'null by store, and by or filtered on sku, product, collection, customerType or channel';
const NO_SALES = 'null by device, os, app, referrerHost and language: an order is of none';
/** A figure of orders, with what is said of it where the document looks for it. */
const bySales = <S extends z.ZodType>(figure: S) => figure.nullable().meta({ description: figure.description ?? '' });
const byClicks = (description: string) =>
  z
    .int()
    .nullable()
    .meta({ description: `${description}; ${NO_CLICKS}` });

const excludedClicks = z
  .object({
    bot: whole('Machines: by user agent, or without one'),
    preview: whole('Fetches by apps that draw a preview of the link'),
    prefetch: whole('Fetches by a browser before anybody clicked'),
    probe: whole('HEAD requests'),
    duplicate: whole(
      'Repeats on one link within 10 s of the click counted, by one visitor or, without a cookie, one browser',
    ),
    internal: whole('Of visitors that the merchant lists as its own (internalVisitors)'),
  })
  .meta({ description: 'Hits that are no clicks, by what they were' });

const renewals = z
  .object({ orders: count('How many'), netRevenue: whole(`What they brought, ${MINOR}`) })
  .meta({ description: 'Orders that a subscription bills again: in none of the other figures' });

/** What a performance report says of each group, and of all. */
export const performanceFigures = {
  clicks: byClicks('Hits by people'),
  uniqueClicks: byClicks('Distinct (visitor, link, day) among the clicks'),
  excludedClicks: excludedClicks.nullable().meta({ description: 'Hits that are no clicks; null likewise' }),
  orders: bySales(
    count(
      'Orders credited that count; renewals, exchanges and gifts left out. By sku, product or collection: those that ' +
        `contain it, so that rows add up to more than totals. This and all below ${NO_SALES}`,
    ),
  ),
  codeOnlyOrders: bySales(count('Those of them that carry no click of the row: by code alone')),
  newCustomers: bySales(count("Orders that are their customer's first")),
  unknownCustomers: bySales(
    count('Orders whose customer may be new or not: the record does not reach back (customerHistoryFrom)'),
  ),
  units: bySales(count('Items sold')),
  grossRevenue: bySales(whole(`Item prices before discounts, without tax and shipping; ${MINOR}`)),
  discounts: bySales(whole(`Taken off the items; positive ${MINOR}`)),
  refunds: bySales(whole(`Items given back; positive ${MINOR}`)),
  netRevenue: bySales(whole(`grossRevenue - discounts - refunds; ${MINOR}`)),
  renewals: bySales(renewals),
  aov: ratio(`Average order value: netRevenue / orders; ${MINOR}, perhaps fractional; null without orders`),
  cvr: ratio(
    'Orders that carry a click of the row / uniqueClicks: 0.05 = 5 %; null without clicks and where those are null, and ' +
      'by country, where orders are sent and clicks came from',
  ),
  revenuePerClick: ratio(`netRevenue / clicks; ${MINOR}, perhaps fractional; null likewise`),
};

/** The report's credits held against the shop's own total, which is summed from orders alone. */
export const reconciliation = z
  .object({
    storeNetRevenue: whole(`What the shop sold, all orders that count; ${MINOR}`),
    credited: whole(`The part that creators are credited with; ${MINOR}`),
    unattributed: whole(`The part nobody is credited with; ${MINOR}. credited + unattributed = storeNetRevenue`),
    storeOrders: count('Orders of the shop that count; exchanges bring money and are none'),
    conflicts: whole(
      'Orders placed in these days, and paid as they stand now, whose click and code were of different creators, ' +
        'whoever won; the same count on either basis',
    ),
    fxMissingOrders: whole(
      'Orders placed in these days that are paid in a currency no rate is known for: in none of these figures',
    ),
  })
  .meta({ description: 'Over whole stores, whatever else the report is filtered by' });

const tagged = (kind: 'measured' | 'estimated', description: string) =>
  z.object({ amount: whole('Minor units'), kind: z.literal(kind) }).meta({ description });

const COSTS_BY_TYPE = Object.fromEntries(CostType.options.map((type) => [type, z.int()])) as Readonly<
  Record<z.infer<typeof CostType>, z.ZodInt>
>;

/** What an ROI report says of each campaign or creator, and of all. */
export const roiFigures = {
  costs: z
    .object({ ...COSTS_BY_TYPE, total: whole('All of them') })
    .meta({ description: `Costs entered, by type; ${MINOR}` }),
  value: z.object({
    direct: tagged('measured', 'Net revenue credited directly'),
    brandSearch: tagged('estimated', 'Values entered of type brand_search'),
    content: tagged('estimated', 'Values entered of type content'),
    other: tagged('estimated', 'Values entered of type other'),
    total: whole(`Measured and estimated together; ${MINOR}`),
  }),
  clicks: whole('Hits by people'),
  orders: count('Orders credited that count'),
  newCustomers: count("Orders that are their customer's first"),
  unknownCustomers: count('Orders whose customer may be new or not; in no ratio'),
  discounts: whole(`Shown, never a cost: value is already after them; ${MINOR}`),
  roi: ratio('(value.total - costs.total) / costs.total x 100: 210 = 210 %; null without costs'),
  roiMeasured: ratio('The same with value.direct alone; null without costs'),
  roas: ratio('value.direct / (fee + retainer + bonus + ad_boost): 3.5 = 3.5 times; null without such costs'),
  roasFullCost: ratio('value.direct / costs.total; null without costs'),
  cac: ratio(`costs.total / newCustomers; ${MINOR}, perhaps fractional; null without known new customers`),
  cpa: ratio(`costs.total / orders; ${MINOR}, perhaps fractional; null without orders`),
  cpc: ratio(`costs.total / clicks; ${MINOR}, perhaps fractional; null without clicks`),
  roiMargin: ratio(
    'roiMeasured on profit: (value.direct x grossMarginPct / 100 - costs.total) / costs.total x 100; ' +
      'null without costs and while the gross margin is unknown',
  ),
};

/** How current a report is. */
export const freshness = {
  computedAt: z.string().nullable().meta({ description: 'When the oldest of its days was computed' }),
  missingDays: z.array(z.string()).meta({
    description:
      'Days up to today that no roll-up has computed yet: of those since the merchant was created, and of those before ' +
      'it on which an order was placed or changed. Asked by sku, product, collection, customerType, country, channel or ' +
      'what clicks were clicked on, also days last computed before there were such figures: nothing of these is in the report',
  }),
  staleDays: z.array(z.string()).meta({
    description:
      'Days that have, or may have, changed since they were computed. A day that has ended is listed until a roll-up ' +
      'of it has begun more than 80 seconds after its latest change was announced; today, which is never final, only ' +
      'when a change was announced since its roll-up began',
  }),
};
