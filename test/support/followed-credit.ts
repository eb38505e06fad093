// Whose credit stored orders have, and which days are marked when it may have changed.
import { attributeOrder } from '../../lib/flows/attribute-order.ts';
import { orderIdOf } from '../../lib/flows/inbox-event.ts';
import { createLookup } from '../../lib/flows/lookup.ts';
import { dirtyDaysOf } from '../../lib/table/dirty-days.ts';
import { orderById } from '../../lib/table/orders.ts';
import type { TestService } from './service.ts';
import type { Shop } from './shop.ts';

/** Codes as orders carry them, of each of the shop's creators. */
export const [SARAHS, MIKES] = [[{ code: 'SARAH15', amount: 100 }], [{ code: 'MIKE20', amount: 100 }]];

/** Who an order is credited to, the order whose credit that is, and how many touches were looked at. */
export const creditOfOrder = async ({ service }: TestService, shop: Shop, externalId: string) => {
  const order = await orderById(service.table, orderIdOf(shop.storeId, externalId));
  if (!order) throw new Error(`${externalId} is stored`);
  const facts = await attributeOrder(service, shop.merchant, order, createLookup(service.table));
  const { attribution, creditFollows } = facts;
  return { creatorId: attribution.owner?.creatorId ?? null, creditFollows, touches: attribution.touches.length };
};

/** Days marked since the marks before were forgotten. */
export const marksAfter = async (
  { service, clock }: TestService,
  shop: Shop,
  happen: () => Promise<unknown>,
): Promise<string[]> => {
  clock.advance(600_000);
  const since = clock.now;
  await happen();
  const marks = await dirtyDaysOf(service.table, shop.merchant.id);
  return marks.filter(({ markedAt }) => markedAt >= since).map(({ from }) => from);
};
