// Merchants, orders and events that no other test has: those that share a table must not find each other.
import type { ReceivedOrderEvent } from '../../lib/domain/orders/events.ts';
import { anEvent, PLACED_AT } from './payloads/order-events.ts';
import { aMerchant } from './records.ts';

let made = 0;

export const aFreshMerchant = (data: Parameters<typeof aMerchant>[0] = {}) =>
  aMerchant({ id: `mer_flows${String(++made).padStart(12, '0')}`, ...data });

/** Which order, of which shop. */
export const anIdentity = () => {
  const externalId = String(++made);
  return { id: `ord_${externalId.padStart(16, '0')}`, storeId: 'sto_1', externalId };
};

/** An event with an id as the inbox gives it. */
export const received = (event: ReceivedOrderEvent['event'], receivedAt = PLACED_AT): ReceivedOrderEvent =>
  anEvent(event, { id: `evt_${'o'.repeat(16)}${String(++made).padStart(16, '0')}`, receivedAt });
