// The words of the demo's script: who clicks what, who buys what, and what becomes of it, by moment.
import type { Basket, BasketLine } from './baskets.ts';
import type { CampaignKey, DemoCreator } from './creators.ts';
import type { Random } from './random.ts';
import type { Shopper } from './shoppers.ts';
import { DAYS, MOMENTS_PER_DAY } from './timeline.ts';

export const LAST_MOMENT = DAYS * MOMENTS_PER_DAY - 1;

/** A creator's links in a campaign: one plain, one that applies the code; the programme has only the plain one. */
export interface LinkRef {
  readonly creator: DemoCreator;
  readonly campaign: CampaignKey;
  readonly withCode: boolean;
}

export interface CodeRef {
  readonly creator: DemoCreator;
  readonly campaign: CampaignKey;
}

/** `twice` taps again at once; `untracked` sends Global Privacy Control; the rest are no people. */
type Manner = 'visit' | 'twice' | 'untracked' | 'prefetch' | 'probe' | 'machine';

export interface PlannedHit {
  readonly moment: number;
  readonly link: LinkRef;
  readonly manner: Manner;
  /** Whose browser; null for machines. */
  readonly shopper: Shopper | null;
  readonly userAgent: string;
}

/** What happens to an order days after it was placed. */
type Later = { readonly moment: number } & (
  | { readonly what: 'line_returned'; readonly line: BasketLine }
  | { readonly what: 'price_adjusted'; readonly amount: number }
  | { readonly what: 'cancelled' }
);

export interface PlannedOrder {
  readonly shop: 'shopify' | 'standard';
  readonly placed: number;
  readonly shopper: Shopper;
  readonly basket: Basket;
  readonly kind: 'sale' | 'test' | 'unpaid' | 'till' | 'renewal';
  /** How the click id comes back: in the landing page, in the cart's attributes, or not at all. */
  readonly carries: 'landing' | 'attribute' | 'nothing';
  /** A creator's code, one that no creator holds, or none. */
  readonly code: CodeRef | string | null;
  /** What the shopper clicked before, the last one last. */
  readonly hits: readonly PlannedHit[];
  readonly later: Later | null;
  /** The click was another creator's than the code. */
  readonly conflict: boolean;
}

/** What planning draws on. */
export interface Chance {
  readonly random: Random;
  readonly newShopper: () => Shopper;
}

const FADE_DAYS = 2.5;

/** How busy a creator's links are at each moment: posts bring visits, which fade within days. */
const interestIn = ({ posts }: DemoCreator): readonly number[] =>
  Array.from({ length: LAST_MOMENT + 1 }, (_, moment) => {
    const day = moment / MOMENTS_PER_DAY;
    return posts.reduce((sum, post) => sum + (day < post ? 0 : Math.exp((post - day) / FADE_DAYS)), 0.12);
  });

const interests = new Map<string, readonly number[]>();

/** A moment at which this creator's audience is about. */
export const momentOf = (creator: DemoCreator, random: Random): number => {
  const known = interests.get(creator.key) ?? interestIn(creator);
  interests.set(creator.key, known);
  return random.weighted(known);
};

/** One of the campaign's creators, by their share. */
export const someCreator = (creators: readonly DemoCreator[], share: 'visits' | 'sales', random: Random): DemoCreator =>
  creators[random.weighted(creators.map((creator) => creator[share]))] as DemoCreator;

/** A visit to a link by a shopper. */
export const visit = (moment: number, link: LinkRef, shopper: Shopper, manner: Manner = 'visit'): PlannedHit => ({
  moment,
  link,
  manner,
  shopper,
  userAgent: shopper.userAgent,
});
