// The order that events tell, booked in the merchant's currency: at the rate in force on the day it was placed.
import { addDays, type Day, dayOf } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { type Conversion, type DayRates, LONGEST_STAND_IN_DAYS, rateInForce } from '../domain/fx.ts';
import { bookOrder } from '../domain/orders/booking.ts';
import type { ReceivedOrderEvent } from '../domain/orders/events.ts';
import { type FoldedOrder, foldOrder } from '../domain/orders/fold.ts';
import { withoutPerson } from '../domain/orders/without-person.ts';
import { giftRulesOf } from '../domain/rules.ts';
import { exponentOf } from '../platform/currencies.ts';
import { ratesBetween } from '../table/fx-rates.ts';
import type { OrderPartition } from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

/** All rates that may be in force on the days from one to another. */
export const ratesFor = (service: Service, { id }: Merchant, from: Day, to: Day = from): Promise<DayRates[]> =>
  ratesBetween(service.table, id, addDays(from, -LONGEST_STAND_IN_DAYS), to);

/** The day whose rate an order is converted at. */
export const dayOfOrder = ({ data }: Merchant, placedAt: number): Day => dayOf(placedAt, data.timeZone);

/** What an order of another currency is converted by, of the rates of its day; undefined while there is none. */
export const conversionOf = (
  { data }: Merchant,
  rates: readonly DayRates[],
  day: Day,
  currency: string,
): Conversion | undefined => {
  const found = rateInForce(rates, day, currency, data.currency);
  const [from, to] = [exponentOf(currency), exponentOf(data.currency)];
  if (!found || from === undefined || to === undefined) return undefined;
  return { ...found, ...(to !== from && { shift: to - from }) };
};

/** Money of another currency counts only once a rate is known: a missing rate is a state, never a guess. */
const withoutRate = (folded: FoldedOrder): FoldedOrder => ({ ...folded, state: 'fx_missing', sale: null, entries: [] });

/**
 * Folds an order's events and, where it counts and is of another currency, books it in the merchant's; the rates are read
 * for such orders alone.
 */
export const bookedFold = async (
  service: Service,
  merchant: Merchant,
  { events, erasure }: Pick<OrderPartition, 'events' | 'erasure'>,
): Promise<FoldedOrder> => {
  const rulesAt = giftRulesOf(merchant.data);
  // An event on its way while the person behind the order was erased may have been kept whole.
  const left = (told: ReceivedOrderEvent) => ({ ...told, event: withoutPerson(told.event, rulesAt) });
  const folded = foldOrder(erasure ? events.map(left) : events, rulesAt);
  const { sale, currency, placedAt } = folded;
  if (sale === null || currency === null || placedAt === null || currency === merchant.data.currency) return folded;
  const day = dayOfOrder(merchant, placedAt);
  const by = conversionOf(merchant, await ratesFor(service, merchant, day), day, currency);
  return (by && bookOrder(folded, by)) ?? withoutRate(folded);
};
