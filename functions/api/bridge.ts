// The bridge report: read from roll-ups and from the days held against the shop's list.
import { bridgeRoutes } from '../../lib/contracts/bridge.ts';
import { bridge } from '../../lib/domain/bridge.ts';
import type { StoreData } from '../../lib/domain/entities.ts';
import { readDays } from '../../lib/flows/read-days.ts';
import { reconciliationsOf } from '../../lib/table/reconciliations.ts';
import { recordsOf } from '../../lib/table/records.ts';
import { type Call, operation } from './operation.ts';
import { filterId } from './references.ts';
import { checkRange } from './reports.ts';

/** The merchant's stores of a platform, archived ones included: what they sold stays sold. */
const storesOf = async (call: Call, platform: string, storeId: string | undefined): Promise<string[]> => {
  const found: string[] = [];
  const owner = { merchantId: call.merchant.id, kind: 'store' as const };
  for await (const { record } of recordsOf<StoreData>(call.service.table, owner)) {
    if (record.data.platform === platform && (!storeId || record.id === storeId)) found.push(record.id);
  }
  return found.sort();
};

const report = operation(bridgeRoutes.bridge, async (anyCall) => {
  const call = anyCall as Call;
  const { from, to, source, netSales } = anyCall.query;
  checkRange(from, to, '/query');
  const storeIds = await storesOf(call, source, await filterId(call, 'store', anyCall.query.storeId));
  const { days, clickRules: _rules, ...freshness } = await readDays(call.service, call.merchant, from, to);
  const looks = (await Promise.all(storeIds.map((id) => reconciliationsOf(call.service.table, id, from, to)))).flat();
  const missing = {
    orders: looks.reduce((sum, { missingOrders }) => sum + missingOrders, 0),
    total: looks.reduce((sum, { missingTotal }) => sum + missingTotal, 0),
  };
  const facts = { platform: source, storeIds: new Set(storeIds), missing, told: netSales ?? null };
  const { lines, ...figures } = bridge(days, facts);
  const daysIn = (state: string) => [...new Set(looks.filter((look) => look.state === state).map(({ day }) => day))];
  const { timeZone, currency } = call.merchant.data;
  const body = {
    ...{ from, to, timeZone, currency, source, storeIds },
    ...figures,
    isTold: netSales !== undefined,
    data: lines,
    reconciledDays: daysIn('reconciled').sort(),
    shortDays: daysIn('short').sort(),
    ...freshness,
    nextCursor: null,
  };
  return { status: 200, body, csvRows: lines.map((line) => ({ ...line })) };
});

export const bridgeOperations = [report];
