// Orders of other currencies whose rate has come or changed: applied again, so that they follow from the rates there are.
import { isDeepStrictEqual } from 'node:util';
import type { Day } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import type { DayRates } from '../domain/fx.ts';
import type { ForeignOrder } from '../table/fx-rates.ts';
import { ordersById, type StoredOrder } from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import { applyEvents } from './apply-events.ts';
import { mapAtOnce } from './at-once.ts';
import { conversionOf, dayOfOrder, ratesFor } from './book-fold.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

const ORDERS_AT_ONCE = 8;

/** Somebody waits for the request that supplied a rate: what it does not get to, the days' next roll-up does. */
const MOST_AT_ONCE = 1_000;
const PATIENCE_MS = 5_000;
const ORDERS_READ = 100;

const isForeign = ({ fold }: StoredOrder): boolean => fold.fx !== undefined || fold.state === 'fx_missing';

/** Whether the rate in force is another than the one an order is booked at, or it is booked at none and could be. */
const isOutOfRate = (merchant: Merchant, rates: readonly DayRates[], order: StoredOrder): boolean => {
  const { currency, placedAt, fx } = order.fold;
  if (!isForeign(order) || currency === null || placedAt === null) return false;
  const by = conversionOf(merchant, rates, dayOfOrder(merchant, placedAt), currency);
  return by !== undefined && !isDeepStrictEqual(by, fx);
};

const applyAgain = (service: Service, merchant: Merchant, { id, storeId, externalId }: StoredOrder) =>
  applyEvents(service, merchant, { id, storeId, externalId });

/**
 * The orders of a day as they follow from the rates there are now: those booked at none or at another are applied again
 * first. Whoever computes the day passes its orders through here, so an order that was applied while its rate was being
 * supplied, or that nobody had the time for, is put right by its day's roll-up: both marked the day.
 */
export const atRatesInForce = async (
  service: Service,
  merchant: Merchant,
  day: Day,
  orders: readonly StoredOrder[],
): Promise<StoredOrder[]> => {
  if (!orders.some(isForeign)) return [...orders];
  const rates = await ratesFor(service, merchant, day);
  return mapAtOnce(orders, ORDERS_AT_ONCE, async (order) =>
    isOutOfRate(merchant, rates, order) ? applyAgain(service, merchant, order) : order,
  );
};

/** Applies again which of these orders are out of rate, the newest first, as many as somebody may wait for. */
export const rebookOrders = async (
  service: Service,
  merchant: Merchant,
  orders: readonly ForeignOrder[],
): Promise<void> => {
  const until = service.clock() + PATIENCE_MS;
  const ids = orders.slice(-MOST_AT_ONCE).reverse();
  for (let i = 0; i < ids.length && service.clock() < until; i += ORDERS_READ) {
    const some = ids.slice(i, i + ORDERS_READ);
    const [last, first] = [some[0]?.day, some.at(-1)?.day];
    if (first === undefined || last === undefined) return;
    const rates = await ratesFor(service, merchant, first, last);
    const read = await ordersById(
      service.table,
      some.map(({ orderId }) => orderId),
    );
    const due = read.filter((order) => isOutOfRate(merchant, rates, order));
    await mapAtOnce(due, ORDERS_AT_ONCE, (order) => applyAgain(service, merchant, order));
  }
};
