// Cutting an order's events to what may stay once the person behind it is erased; their bodies go whole.
import type { MerchantData } from '../domain/entities.ts';
import { withoutPerson } from '../domain/orders/without-person.ts';
import { giftRulesOf } from '../domain/rules.ts';
import { cutEvent } from '../table/cut-events.ts';
import { placeOfEvent } from '../table/inbox.ts';
import { keys } from '../table/keys.ts';
import type { EventPlace } from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import { removeBody } from '../table/webhook-bodies.ts';
import type { Service } from './service.ts';

/**
 * Cuts events of an order, each body before its event, which from then on says that it is cut; harmless to repeat. One
 * that could not be read at first lies with its order as a copy: what its id leads to is cut as well.
 */
export const cutEvents = async (
  service: Service,
  { data }: StoredRecord<MerchantData>,
  orderId: string,
  events: readonly EventPlace[],
): Promise<void> => {
  const rulesAt = giftRulesOf(data);
  for (const { id, part } of events) {
    await removeBody(service.table, id);
    const here = keys.orderEvent(orderId, part);
    const own = placeOfEvent(id);
    const places = own.pk === here.pk ? [here] : [own, here];
    for (const place of places) {
      await cutEvent(service.table, place, service.clock(), (event) => withoutPerson(event, rulesAt));
    }
  }
};
