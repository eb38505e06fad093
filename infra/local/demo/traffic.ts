// The demo's script, drawn from one seed: thirty days of clicks, orders and what became of them.
import { DIRECT_SALES } from './money.ts';
import type { PlannedHit, PlannedOrder } from './plan.ts';
import { campaignOrders, programmeOrders } from './plan-orders.ts';
import { idleVisits, machineHits, ownOrders } from './plan-others.ts';
import { createRandom } from './random.ts';
import { createShoppers } from './shoppers.ts';
import { timelineUntil } from './timeline.ts';

const SEED = 20_260;
const FIRST_NUMBER = 1001;
const COUNTS = { programmeOrders: 27, ownOrders: 45, campaignVisits: 1_350, programmeVisits: 270, machines: 170 };

interface NumberedOrder {
  readonly plan: PlannedOrder;
  readonly number: number;
}

export interface Script {
  /** When the merchant is set up, in ms. */
  readonly from: number;
  readonly moments: readonly number[];
  readonly hits: readonly PlannedHit[];
  /** By time; each shop numbers its own. */
  readonly orders: readonly NumberedOrder[];
}

const numbered = (orders: readonly PlannedOrder[]): readonly NumberedOrder[] => {
  const next = { shopify: FIRST_NUMBER, standard: FIRST_NUMBER };
  return orders.toSorted((a, b) => a.placed - b.placed).map((plan) => ({ plan, number: next[plan.shop]++ }));
};

/** The script that ends at `now` (ms). What happens does not depend on when that is, only when it happens does. */
export const writeScript = (now: number, zone: string): Script => {
  const random = createRandom(SEED);
  const chance = { random, newShopper: createShoppers(random) };
  const orders = [
    ...campaignOrders(DIRECT_SALES, chance),
    ...programmeOrders(COUNTS.programmeOrders, chance),
    ...ownOrders(COUNTS.ownOrders, chance),
  ];
  const hits = [
    ...orders.flatMap((order) => order.hits),
    ...idleVisits('autumn-protein', COUNTS.campaignVisits, chance),
    ...idleVisits('always-on', COUNTS.programmeVisits, chance),
    ...machineHits(COUNTS.machines, chance),
  ];
  return { ...timelineUntil(now, zone), hits, orders: numbered(orders) };
};
