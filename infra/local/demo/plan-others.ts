// What no creator is credited with: the shop's other orders, the visits that bought nothing, and the machines.
import { giftBasket, someBasket } from './baskets.ts';
import { type CampaignKey, creatorsIn, type DemoCreator } from './creators.ts';
import {
  type Chance,
  LAST_MOMENT,
  type LinkRef,
  momentOf,
  type PlannedHit,
  type PlannedOrder,
  someCreator,
  visit,
} from './plan.ts';
import { MOMENTS_PER_DAY } from './timeline.ts';
import { CRAWLERS, UNFURLERS } from './user-agents.ts';

const SHOPS_OWN_CODE = 'WELCOME10';
/** The campaign looks back 14 days; a click this long before an order is too old. */
const TOO_LONG_AGO = 16 * MOMENTS_PER_DAY;

type Story = Partial<PlannedOrder> & { readonly clickedBefore?: number; readonly untracked?: boolean };

/** Why nobody is credited, in turn: most shoppers simply came by themselves. */
const STORIES: readonly Story[] = [
  {},
  { code: SHOPS_OWN_CODE },
  { kind: 'till' },
  {},
  // A wallet button skipped the cart and its attributes: clicked, and the click id lost.
  { clickedBefore: 2 },
  { shop: 'standard' },
  { kind: 'renewal' },
  {},
  { clickedBefore: 1, untracked: true },
  { code: SHOPS_OWN_CODE, shop: 'standard' },
  { clickedBefore: TOO_LONG_AGO, carries: 'landing' },
  {},
  { kind: 'unpaid' },
  {},
  { kind: 'test' },
];

const ownOrder = (index: number, chance: Chance): PlannedOrder => {
  const { random, newShopper } = chance;
  const { clickedBefore, untracked, ...story } = STORIES[index % STORIES.length] as Story;
  const shopper = newShopper();
  const placed = random.int(clickedBefore ?? 1, LAST_MOMENT);
  const creator = someCreator(creatorsIn('autumn-protein'), 'visits', random);
  const link: LinkRef = { creator, campaign: 'autumn-protein', withCode: false };
  const isGift = index % 15 === 7;
  return {
    shop: 'shopify',
    placed,
    shopper,
    basket: isGift ? giftBasket(random) : someBasket(random, story.code ? 10 : 0),
    kind: 'sale',
    carries: 'nothing',
    code: null,
    hits: clickedBefore ? [visit(placed - clickedBefore, link, shopper, untracked ? 'untracked' : 'visit')] : [],
    later: null,
    conflict: false,
    ...story,
  };
};

/** Orders that belong to no creator, a test and an unpaid one among them. */
export const ownOrders = (count: number, chance: Chance): readonly PlannedOrder[] =>
  Array.from({ length: count }, (_, index) => ownOrder(index, chance));

const linkOf = (creator: DemoCreator, campaign: CampaignKey, { random }: Chance): LinkRef => ({
  creator,
  campaign,
  withCode: campaign === 'autumn-protein' && random.chance(0.35),
});

const lookingAround = (campaign: CampaignKey, chance: Chance): readonly PlannedHit[] => {
  const { random, newShopper } = chance;
  const creator = someCreator(creatorsIn(campaign), 'visits', random);
  const shopper = newShopper();
  const moment = momentOf(creator, random);
  const chosen = random.next();
  const manner = chosen < 0.04 ? 'twice' : chosen < 0.08 ? 'untracked' : 'visit';
  const first = visit(moment, linkOf(creator, campaign, chance), shopper, manner);
  const again = moment + random.int(1, 3 * MOMENTS_PER_DAY);
  if (again > LAST_MOMENT || !random.chance(0.12)) return [first];
  return [first, visit(again, linkOf(creator, campaign, chance), shopper)];
};

/** Visits by people who buy nothing, some of whom come back. */
export const idleVisits = (campaign: CampaignKey, count: number, chance: Chance): readonly PlannedHit[] =>
  Array.from({ length: count }, () => lookingAround(campaign, chance)).flat();

const machine = (chance: Chance): PlannedHit => {
  const { random, newShopper } = chance;
  const creator = someCreator(creatorsIn('autumn-protein'), 'visits', random);
  const hit = { moment: momentOf(creator, random), link: linkOf(creator, 'autumn-protein', chance), shopper: null };
  const chosen = random.next();
  if (chosen < 0.4) return { ...hit, manner: 'machine', userAgent: random.pick(UNFURLERS) };
  if (chosen < 0.8) return { ...hit, manner: 'machine', userAgent: random.pick(CRAWLERS) };
  const { userAgent } = newShopper();
  return { ...hit, manner: chosen < 0.92 ? 'prefetch' : 'probe', userAgent };
};

/** Hits that are no clicks: unfurlers, crawlers, prefetching browsers and probes. */
export const machineHits = (count: number, chance: Chance): readonly PlannedHit[] =>
  Array.from({ length: count }, () => machine(chance));
