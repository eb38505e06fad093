// The days on which customers' later orders turn out new or returning otherwise, marked before that is written.
import { type Day, dayOf, daysFrom } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { laterOrders } from '../table/customers.ts';
import type { StoredRecord } from '../table/records.ts';
import { mapAtOnce } from './at-once.ts';
import { markSpans } from './mark-days.ts';
import { firstDayOf } from './read-days.ts';
import type { Service } from './service.ts';

/** A customer, by a key, about whom something becomes known as of an instant. */
export interface CustomerNews {
  readonly customerKey: string;
  readonly after: number;
}

/** Of so many customers the later orders are looked up; of more, every day since is marked, which costs two writes. */
const MOST_ASKED = 100;
const AT_ONCE = 16;

const daysOf = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  news: readonly CustomerNews[],
  today: Day,
): Promise<readonly Day[]> => {
  const zone = merchant.data.timeZone;
  if (news.length <= MOST_ASKED) {
    const later = await mapAtOnce(news, AT_ONCE, ({ customerKey, after }) =>
      laterOrders(service.table, merchant.id, customerKey, after),
    );
    return later.flat().map(({ placedAt }) => dayOf(placedAt, zone));
  }
  const since = dayOf(Math.min(...news.map(({ after }) => after)), zone);
  const first = firstDayOf(merchant, today);
  return daysFrom(since > first ? since : first, today);
};

/** Marks the days of the orders that these customers placed later. */
export const markLaterOrders = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  news: readonly CustomerNews[],
): Promise<void> => {
  const today = dayOf(service.clock(), merchant.data.timeZone);
  await markSpans(service, merchant.id, await daysOf(service, merchant, news, today), today);
};
