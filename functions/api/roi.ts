// The ROI report: what campaigns or creators cost, what they brought, whether it paid.
import { reportRoutes } from '../../lib/contracts/reports.ts';
import { type Day, dayOf } from '../../lib/domain/days.ts';
import type { CampaignData, CostData, ValueData } from '../../lib/domain/entities.ts';
import { type Figures, type Group, groupRows, reconcile, rowsOf } from '../../lib/domain/performance.ts';
import { emptySales, emptyTraffic } from '../../lib/domain/report-rows.ts';
import { type CostType, roiOf } from '../../lib/domain/roi.ts';
import { firstDayOf, longestLifeTo, readDays } from '../../lib/flows/read-days.ts';
import { recordsOf } from '../../lib/table/records.ts';
import { keyFields, namesFor, rowNames } from './names.ts';
import { type Call, operation } from './operation.ts';
import { filterId } from './references.ts';
import { checkRange } from './reports.ts';

type OwnerField = 'campaignId' | 'creatorId';

interface Entered {
  readonly costs: readonly CostData[];
  readonly values: readonly ValueData[];
}

const NO_COSTS: Readonly<Record<CostType, number>> = {
  fee: 0,
  retainer: 0,
  product: 0,
  shipping: 0,
  agency: 0,
  time: 0,
  tools: 0,
  bonus: 0,
  reimbursement: 0,
  ad_boost: 0,
  other: 0,
};

const enteredOf = async <D>(call: Call, kind: 'cost' | 'value'): Promise<D[]> => {
  const found: D[] = [];
  for await (const { record } of recordsOf<D>(call.service.table, { merchantId: call.merchant.id, kind })) {
    if (record.archivedAt === null) found.push(record.data);
  }
  return found;
};

/** The first day a life view has to reach back to: nothing of the merchant's is earlier. */
const beginningOf = async (call: Call, { costs, values }: Entered): Promise<Day> => {
  const today = dayOf(call.now, call.merchant.data.timeZone);
  const days = [firstDayOf(call.merchant, today)];
  days.push(...costs.map(({ incurredOn }) => incurredOn), ...values.map(({ on }) => on));
  const owner = { merchantId: call.merchant.id, kind: 'campaign' as const };
  for await (const { record } of recordsOf<CampaignData>(call.service.table, owner)) days.push(record.data.startsOn);
  return [days.sort()[0] as Day, longestLifeTo(today)].sort()[1] as Day;
};

const sumOf = <T extends string>(
  start: Readonly<Record<T, number>>,
  entries: readonly { type: string; amount: { amount: number } }[],
) => {
  const sums: Record<T, number> = { ...start };
  for (const { type, amount } of entries) sums[type as T] += amount.amount;
  return sums;
};

const tagged = (kind: 'measured' | 'estimated', amount: number) => ({ amount, kind });

/** One row: the money entered and the figures measured, and every ratio between them. */
const rowOf = (call: Call, { sales, traffic }: Figures, { costs, values }: Entered) => {
  const byType = sumOf(NO_COSTS, costs);
  const estimated = sumOf({ content: 0, brand_search: 0, other: 0 }, values);
  const {
    value,
    costTotal,
    paidSpend: _paid,
    ...ratios
  } = roiOf({
    costs: byType,
    values: { content: estimated.content, brandSearch: estimated.brand_search, other: estimated.other },
    direct: { ...sales, clicks: traffic.clicks },
    grossMarginPct: call.merchant.data.grossMarginPct,
  });
  return {
    costs: { ...byType, total: costTotal },
    value: {
      direct: tagged('measured', value.direct),
      brandSearch: tagged('estimated', value.brandSearch),
      content: tagged('estimated', value.content),
      other: tagged('estimated', value.other),
      total: value.total,
    },
    clicks: traffic.clicks,
    orders: sales.orders,
    newCustomers: sales.newCustomers,
    unknownCustomers: sales.unknownCustomers,
    discounts: sales.discounts,
    ...ratios,
  };
};

const NOTHING: Figures = { sales: emptySales(), traffic: emptyTraffic() };

/** The rows' keys: whoever sold, was clicked, cost or was valued. */
const keysOf = (groups: readonly Group[], entered: Entered, fields: readonly OwnerField[]) => {
  const keys = new Map<string, Record<string, string | null>>();
  const note = (of: Readonly<Record<string, string | null>>) => {
    const key = Object.fromEntries(fields.map((field) => [field, of[field] ?? null]));
    keys.set(JSON.stringify(key), key);
  };
  for (const { key } of groups) note(key);
  for (const { campaignId, creatorId } of [...entered.costs, ...entered.values]) note({ campaignId, creatorId });
  return keys;
};

const roi = operation(reportRoutes.roi, async (anyCall) => {
  const call = anyCall as Call;
  const { service, merchant } = call;
  const query = anyCall.query;
  const groupBy = query.groupBy ?? ['campaign'];
  const fields = groupBy.map((name): OwnerField => `${name}Id`);
  const filter = {
    campaignId: await filterId(call, 'campaign', query.campaignId),
    creatorId: await filterId(call, 'creator', query.creatorId),
  };
  const view = query.from === undefined && query.to === undefined ? 'life' : 'period';
  const all: Entered = {
    costs: await enteredOf<CostData>(call, 'cost'),
    values: await enteredOf<ValueData>(call, 'value'),
  };
  const to = query.to ?? dayOf(call.now, merchant.data.timeZone);
  const from = query.from ?? (await beginningOf(call, all));
  if (view === 'period') checkRange(from, to, '/query');
  const wanted = (entry: { campaignId: string | null; creatorId: string | null }, day: Day) =>
    (view === 'life' || (day >= from && day <= to)) &&
    (!filter.campaignId || entry.campaignId === filter.campaignId) &&
    (!filter.creatorId || entry.creatorId === filter.creatorId);
  const entered: Entered = {
    costs: all.costs.filter((cost) => wanted(cost, cost.incurredOn)),
    values: all.values.filter((value) => wanted(value, value.on)),
  };

  const { days, clickRules: _rules, ...currency } = await readDays(service, merchant, from, to);
  const rows = rowsOf(days);
  const names = await namesFor(service.table, rows, groupBy);
  const { groups, totals } = groupRows(rows, groupBy, 'booked', filter, names, true);
  const keys = keysOf(groups, entered, fields);
  const known = await rowNames(service.table, [...keys.values()]);
  const data = [...keys.entries()].map(([text, key]) => {
    const own = <E extends { campaignId: string | null; creatorId: string | null }>(entries: readonly E[]) =>
      entries.filter((entry) => fields.every((field) => entry[field] === key[field]));
    const figures = groups.find((group) => JSON.stringify(group.key) === text) ?? NOTHING;
    return { ...known(key), ...rowOf(call, figures, { costs: own(entered.costs), values: own(entered.values) }) };
  });
  data.sort((a, b) => b.value.total - a.value.total || b.costs.total - a.costs.total);
  const body = {
    from,
    to,
    timeZone: merchant.data.timeZone,
    currency: merchant.data.currency,
    model: 'direct',
    view,
    ...currency,
    data,
    totals: rowOf(call, totals, entered),
    reconciliation: reconcile(days, 'booked', undefined),
  };
  return { status: 200, body, csvRows: data, csvKeys: keyFields(groupBy) };
});

export const roiOperations = [roi];
