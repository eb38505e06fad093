// The orders creators bring: by click, by code or both, some of them given back, and adding up to the cent.
import { basketReaching, netOf, paidFor, someBasket } from './baskets.ts';
import { type CampaignKey, creatorsIn, type DemoCreator } from './creators.ts';
import { type Chance, LAST_MOMENT, type LinkRef, momentOf, type PlannedOrder, someCreator, visit } from './plan.ts';
import type { Shopper } from './shoppers.ts';
import { MOMENTS_PER_DAY } from './timeline.ts';

const PERCENT_OFF: Readonly<Record<CampaignKey, number>> = { 'autumn-protein': 15, 'always-on': 10 };
/** No basket brings more than 260.00, so from here the rest is always more than nothing and within one last basket. */
const LAST_BASKET_FROM = 30_000;

type Instrument = 'click' | 'code' | 'both' | 'conflict';

const instrumentOf = (index: number, campaign: CampaignKey, creator: DemoCreator, { random }: Chance): Instrument => {
  if (campaign === 'autumn-protein' && index % 23 === 7) return 'conflict';
  if (random.chance(creator.codeOnly)) return 'code';
  return random.chance(0.3) ? 'both' : 'click';
};

/** What shoppers did last: nobody's orders and the clicks before them overlap, so it is plain which click led where. */
type Customers = Map<Shopper, number>;

const customerFor = (customers: Customers, clicked: number, { random, newShopper }: Chance): Shopper => {
  const earlier = [...customers].filter(([, busyUntil]) => busyUntil < clicked).map(([shopper]) => shopper);
  return earlier.length > 0 && random.chance(0.14) ? random.pick(earlier) : newShopper();
};

/** Whom the shopper clicked first, where a creator's post was not the only one they saw. */
const earlierTouch = (campaign: CampaignKey, clicked: number, shopper: Shopper, { random }: Chance) => {
  if (clicked < 40 || !random.chance(0.2)) return [];
  const link: LinkRef = { creator: random.pick(creatorsIn(campaign)), campaign, withCode: false };
  return [visit(clicked - random.int(5, 40), link, shopper)];
};

const hitsBefore = (instrument: Instrument, campaign: CampaignKey, creator: DemoCreator, chance: Chance) => {
  const { random } = chance;
  const others = creatorsIn(campaign).filter((other) => other !== creator);
  const clicked = instrument === 'conflict' ? random.pick(others) : creator;
  const link = { creator: clicked, campaign, withCode: instrument === 'both' && campaign === 'autumn-protein' };
  return (moment: number, shopper: Shopper, isNew: boolean) => {
    if (instrument === 'code') return [];
    const manner = random.chance(0.05) ? 'twice' : 'visit';
    const earlier = isNew ? earlierTouch(campaign, moment, shopper, chance) : [];
    return [...earlier, visit(moment, link, shopper, manner)];
  };
};

const laterFor = (index: number, basket: PlannedOrder['basket'], placed: number, { random }: Chance) => {
  const moment = placed + random.int(2 * MOMENTS_PER_DAY, 6 * MOMENTS_PER_DAY);
  if (moment > LAST_MOMENT) return null;
  if (index % 11 === 4) return { moment, what: 'line_returned', line: random.pick(basket.lines) } as const;
  return index % 37 === 9 ? ({ moment, what: 'cancelled' } as const) : null;
};

const anOrder = (index: number, campaign: CampaignKey, customers: Customers, chance: Chance): PlannedOrder => {
  const { random } = chance;
  const creator = someCreator(creatorsIn(campaign), 'sales', random);
  const instrument = instrumentOf(index, campaign, creator, chance);
  const placed = Math.max(3, momentOf(creator, random));
  const clicked = Math.max(0, placed - (random.chance(0.7) ? random.int(1, 2) : random.int(10, 9 * MOMENTS_PER_DAY)));
  const shopper = customerFor(customers, clicked, chance);
  const isNew = !customers.has(shopper);
  customers.set(shopper, placed);
  const withCode = instrument !== 'click';
  const basket = someBasket(random, withCode ? PERCENT_OFF[campaign] : 0);
  return {
    shop: random.chance(0.3) ? 'standard' : 'shopify',
    placed,
    shopper,
    basket,
    kind: 'sale',
    carries: instrument === 'code' ? 'nothing' : random.chance(0.7) ? 'landing' : 'attribute',
    code: withCode ? { creator, campaign } : null,
    hits: hitsBefore(instrument, campaign, creator, chance)(clicked, shopper, isNew),
    later: laterFor(index, basket, placed, chance),
    conflict: instrument === 'conflict',
  };
};

/** What an order brings once everything that is planned for it has happened. */
export const broughtBy = ({ basket, later }: PlannedOrder): number => {
  if (later === null) return netOf(basket);
  if (later.what === 'cancelled') return 0;
  return netOf(basket) - (later.what === 'line_returned' ? paidFor(later.line) : later.amount);
};

/** The order that makes up exactly `rest`: the nearest basket, part of whose price is given back later. */
const lastOrder = (rest: number, { newShopper }: Chance): PlannedOrder => {
  const creator = creatorsIn('autumn-protein')[0] as DemoCreator;
  const basket = basketReaching(rest);
  const placed = 22 * MOMENTS_PER_DAY;
  const shopper = newShopper();
  const amount = netOf(basket) - rest;
  return {
    shop: 'shopify',
    placed,
    shopper,
    basket,
    kind: 'sale',
    carries: 'landing',
    code: null,
    hits: [visit(placed - 1, { creator, campaign: 'autumn-protein', withCode: false }, shopper)],
    later: amount > 0 ? { moment: placed + 2 * MOMENTS_PER_DAY, what: 'price_adjusted', amount } : null,
    conflict: false,
  };
};

/** The campaign's orders, which bring exactly `total` cents. */
export const campaignOrders = (total: number, chance: Chance): readonly PlannedOrder[] => {
  const orders: PlannedOrder[] = [];
  const customers: Customers = new Map();
  let rest = total;
  while (rest > LAST_BASKET_FROM) {
    const order = anOrder(orders.length, 'autumn-protein', customers, chance);
    orders.push(order);
    rest -= broughtBy(order);
  }
  return [...orders, lastOrder(rest, chance)];
};

/** The programme's orders, as many as come. */
export const programmeOrders = (count: number, chance: Chance): readonly PlannedOrder[] => {
  const customers: Customers = new Map();
  return Array.from({ length: count }, (_, index) => anOrder(index, 'always-on', customers, chance));
};
