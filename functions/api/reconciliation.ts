// Agreeing with the shop: its list of a day comes in, what differs goes out and is kept.
import type * as z from 'zod';
import { shopListOf } from '../../lib/connectors/shop-list.ts';
import type { FieldError } from '../../lib/contracts/problems.ts';
import { ReconcileBody, reconciliationRoutes } from '../../lib/contracts/reconciliation.ts';
import { dayOf } from '../../lib/domain/days.ts';
import type { StoreData } from '../../lib/domain/entities.ts';
import type { DifferingOrder, KnownOrder, ShopOrder } from '../../lib/domain/reconciliation.ts';
import { reconcileStore } from '../../lib/flows/reconcile-store.ts';
import { csvRows } from '../../lib/http/csv-rows.ts';
import { invalid } from '../../lib/http/refusal.ts';
import { contentTypeOf, jsonBody, parseInto, refuseErrors, textBody } from '../../lib/http/validate.ts';
import { reconciliationsOf } from '../../lib/table/reconciliations.ts';
import type { StoredRecord } from '../../lib/table/records.ts';
import { iso } from './instants.ts';
import { type Call, operation } from './operation.ts';
import { required } from './references.ts';
import { checkRange } from './reports.ts';
import { exporterOf } from './shop-export.ts';

const listedOrder = ({ id, name, total, state }: z.output<typeof ReconcileBody>['orders'][number]): ShopOrder => ({
  ...{ externalId: id ?? null, name: name ?? null, total, state: state ?? 'paid' },
});

const presentShopOrder = ({ externalId, name, total }: ShopOrder) => ({ id: externalId, name, total });

const presentKnown = ({ id, ...order }: KnownOrder) => ({ orderId: id, ...order });

const presentDifferent = ({ shop, ours, differs }: DifferingOrder) => ({
  ...{ order: presentKnown(ours), shopTotal: shop.total, shopState: shop.state, differs },
});

interface ShopList {
  readonly day: string;
  readonly orders: readonly ShopOrder[];
}

const csvList = (call: Call, store: StoredRecord<StoreData>, day: string | undefined): ShopList => {
  if (day === undefined) throw invalid('/query/day', 'required', 'is required with a CSV');
  const { rows, fault } = csvRows(textBody(call.request));
  if (fault) throw invalid('', 'malformed_csv', `Line ${fault.line} ${fault.message}`);
  const { timeZone, currency } = call.merchant.data;
  const exporter = exporterOf(rows, store.data.platform, '');
  return { day, orders: shopListOf(rows, exporter, { day, timeZone, currency }) };
};

const jsonList = (call: Call): ShopList => {
  const errors: FieldError[] = [];
  const body = parseInto(ReconcileBody, jsonBody(call.request) ?? {}, errors);
  refuseErrors(errors);
  return body ? { day: body.day, orders: body.orders.map(listedOrder) } : { day: '', orders: [] };
};

const reconcile = operation(reconciliationRoutes.reconcile, async (anyCall) => {
  const call = anyCall as unknown as Call;
  const store = await required<StoreData>(call, 'store', call.params.id as string);
  const isCsv = contentTypeOf(call.request) === 'text/csv';
  const { day, orders } = isCsv ? csvList(call, store, anyCall.query.day) : jsonList(call);
  const pointer = isCsv ? '/query/day' : '/day';
  if (day > dayOf(call.now, call.merchant.data.timeZone)) throw invalid(pointer, 'in_the_future', 'has not begun');
  const found = await reconcileStore(call.service, call.merchant, store.id, day, orders);
  const { state, missing, extra, different, shopOrders, shopTotal, ourOrders, ourTotal } = found;
  const body = {
    ...{ storeId: store.id, day, state, reconciledAt: iso(call.now) },
    shortBy: { orders: missing.length, total: missing.reduce((sum, { total }) => sum + (total ?? 0), 0) },
    shop: { orders: shopOrders, total: shopTotal },
    ours: { orders: ourOrders, total: ourTotal },
    missing: missing.map(presentShopOrder),
    extra: extra.map(presentKnown),
    different: different.map(presentDifferent),
  };
  return { status: 200, body };
});

const list = operation(reconciliationRoutes.list, async (anyCall) => {
  const call = anyCall as Call;
  const { from, to } = anyCall.query;
  checkRange(from, to, '/query');
  const store = await required<StoreData>(call, 'store', call.params.id as string);
  const days = await reconciliationsOf(call.service.table, store.id, from, to);
  const data = days.map(({ reconciledAt, missingOrders, missingTotal, missing, ...day }) => ({
    ...{ storeId: store.id, day: day.day, state: day.state, reconciledAt: iso(reconciledAt) },
    shortBy: { orders: missingOrders, total: missingTotal },
    shop: { orders: day.shopOrders, total: day.shopTotal },
    ours: { orders: day.ourOrders, total: day.ourTotal },
    ...{ extraOrders: day.extraOrders, differentOrders: day.differentOrders },
    missing: missing.map(presentShopOrder),
  }));
  return { status: 200, body: { data, nextCursor: null }, csvRows: data };
});

export const reconciliationOperations = [reconcile, list];
