// What the entities a merchant manages consist of, as stored: the nouns of docs and API in one place.
import type { ConflictPolicy } from './attribution/direct.ts';
import type { Day } from './days.ts';
import type { CountryDestination } from './destinations.ts';
import type { GiftRules } from './orders/kind.ts';
import type { Retention } from './retention.ts';
import type { UtmTemplates } from './utm.ts';

export interface Money {
  /** Integer minor units. */
  readonly amount: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

/** The attribution rules in force from a day on; a merchant's or campaign's list is sorted by that day. */
export interface RuleVersion {
  readonly id: string;
  readonly from: Day;
  readonly lookbackDays: number;
  readonly conflictPolicy: ConflictPolicy;
  readonly halfLifeDays: number;
}

/** Gift rules from a day on, or from an instant of it on (ms). */
interface GiftRulesVersion extends GiftRules {
  readonly from: Day;
  readonly since?: number;
}

/**
 * Whom the short links' cookies wait for: `gpc` and `off` honour Global Privacy Control and Do Not Track, `required` sets
 * nothing before the shop's page has passed consent on. GPC and DNT hold in each.
 */
type ConsentMode = 'off' | 'gpc' | 'required';

export interface MerchantData {
  readonly name: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly allowedHosts: readonly string[];
  readonly fallbackUrl: string | null;
  readonly grossMarginPct: number | null;
  /** Orders before this day are unknown to us, so who is new cannot be told; null = never known. */
  readonly customerHistoryFrom: Day | null;
  readonly rules: readonly RuleVersion[];
  /** Which orders are given away, from when on, the oldest first; merchants made before there were such rules have none. */
  readonly giftOrders?: readonly GiftRulesVersion[];
  /** How long clicks and bodies are kept; merchants that never chose have none, and the defaults hold. */
  readonly retention?: Partial<Retention>;
  /** When how long was last chosen anew, clicks older than this may have been gone, in ms. */
  readonly clicksGoneBefore?: number;
  /** Whether cookies wait for consent; merchants that never chose have none, and `gpc` holds. */
  readonly consentMode?: ConsentMode;
  /** Visitors whose hits are the merchant's own, by the ids they are shown under. */
  readonly internalVisitors?: readonly string[];
  /** Click shards a day is written in. */
  readonly clickShards: number;
  /** The last local day that was closed; null until the first. */
  readonly closedThrough: Day | null;
  /** The earliest day an order was placed on or changed; currency and zone are fixed once there is one. */
  readonly firstFactOn: Day | null;
}

export type Scope = 'read' | 'write' | 'admin';

export interface ApiKeyData {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The last characters, to recognise a key by. */
  readonly ending: string;
}

export type Platform = 'shopify' | 'woocommerce' | 'bigcommerce' | 'stripe' | 'standard';

export interface StoreData {
  readonly name: string;
  readonly platform: Platform;
  readonly domain: string;
  /** Sealed; the newest first, older ones valid until their time. */
  readonly secrets: readonly { readonly sealed: string; readonly validUntil: number | null }[];
  /** Sealed credentials for calls to the shop. */
  readonly credentials: Readonly<Record<string, string>>;
  /** When the shop said that our app was removed, in ms; absent while it is there. */
  readonly uninstalledAt?: number;
}

export interface Profile {
  readonly platform: string;
  readonly handle: string;
  readonly followers: number;
}

export interface CreatorData {
  readonly name: string;
  readonly handle: string | null;
  readonly email: string | null;
  readonly profiles: readonly Profile[];
  readonly programTier: number | null;
  readonly status: string;
  readonly tags: readonly string[];
  readonly note: string | null;
}

interface CampaignGoal {
  readonly metric: string;
  readonly baseline: number | null;
  readonly target: number;
  readonly by: Day | null;
}

export interface CampaignData {
  readonly name: string;
  readonly slug: string;
  readonly destinationUrl: string;
  /** Where shoppers of some countries go instead, the first that fits; absent = nowhere else. */
  readonly destinations?: readonly CountryDestination[];
  readonly startsOn: Day;
  readonly endsOn: Day | null;
  readonly budget: Money | null;
  readonly goal: CampaignGoal | null;
  readonly utm: UtmTemplates;
  /** Overrides of the merchant's rules, by the day they came into force. */
  readonly rules: readonly (Pick<RuleVersion, 'id' | 'from'> & Partial<RuleVersion>)[];
}

/** A merchant's own host name for short links. */
export interface DomainData {
  readonly domain: string;
  /** Where it leads by slugs that no link has, and by links that have ended; null = where the merchant's does. */
  readonly fallbackUrl: string | null;
  /** The merchant's, when the domain was claimed or changed: for while the table can't be asked. */
  readonly merchantFallbackUrl: string | null;
  /** Likewise. */
  readonly allowedHosts: readonly string[];
}

export interface LinkData {
  readonly creatorId: string;
  readonly campaignId: string | null;
  readonly domain: string;
  readonly slug: string;
  readonly destinationUrl: string;
  /** Where shoppers of some countries go instead, the first that fits; absent = nowhere else. */
  readonly destinations?: readonly CountryDestination[];
  readonly placement: string | null;
  readonly platform: string | null;
  readonly utm: UtmTemplates;
  readonly discountCodeId: string | null;
  readonly expiresAt: number | null;
  /** Where it leads once it has ended; absent = the merchant's fallback. */
  readonly ownFallbackUrl?: string;
  /** All a redirect needs, rendered when the link was minted or changed. */
  readonly targetUrl: string;
  /** The destinations of some countries, rendered likewise. */
  readonly targets?: readonly CountryDestination[];
  readonly allowedHosts: readonly string[];
  /** The merchant's, as it was then. */
  readonly fallbackUrl: string | null;
  readonly timeZone: string;
  readonly clickShards: number;
  /** How long its clicks are kept, in days; absent = the default. */
  readonly clickDays?: number;
  /** The merchant's; absent = `gpc`. */
  readonly consentMode?: ConsentMode;
}

/** A creator's page of links. */
export interface BioPageData {
  readonly creatorId: string;
  readonly domain: string;
  readonly handle: string;
  /** Null = the creator's name. */
  readonly title: string | null;
  readonly text: string | null;
  /** BCP 47. */
  readonly language: string;
  /** Links of the creator's on the same domain. */
  readonly links: readonly { readonly linkId: string; readonly slug: string; readonly title: string }[];
}

export type CodeValue =
  | { readonly type: 'percent'; readonly amount: number }
  | { readonly type: 'fixed'; readonly amount: number; readonly currency: string };

export interface DiscountCodeData {
  readonly creatorId: string;
  readonly campaignId: string | null;
  readonly storeIds: readonly string[];
  readonly code: string;
  /** What shops call it besides, such as Stripe's id of its promotion code; absent where there are none. */
  readonly externalIds?: readonly string[];
  readonly value: CodeValue;
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  readonly usageLimit: number | null;
  readonly minimumSubtotal: number | null;
}

export interface CostData {
  readonly type: string;
  readonly amount: Money;
  readonly incurredOn: Day;
  readonly campaignId: string | null;
  readonly creatorId: string | null;
  readonly note: string | null;
  readonly hours: number | null;
  readonly hourlyRate: number | null;
}

export interface ValueData {
  readonly type: string;
  readonly amount: Money;
  readonly on: Day;
  readonly campaignId: string | null;
  readonly creatorId: string | null;
  readonly method: string | null;
  readonly note: string | null;
}

export interface RollupData {
  readonly from: Day;
  readonly to: Day;
  readonly state: 'queued' | 'running' | 'done' | 'failed';
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly daysDone: number;
  readonly error: string | null;
  /** Which run is at work on it: two that start at once must not take each other's writes for their own. */
  readonly runner?: string;
}

/** What an erasure took away. */
export interface ErasedCounts {
  /** Orders cut loose from their customer. */
  readonly orders: number;
  /** Their events, each cut to what it says of money and goods. */
  readonly events: number;
  /** Webhook bodies, removed whole. */
  readonly bodies: number;
  /** Entries in customers' own records. */
  readonly customerRecords: number;
}

/** An erasure, and its receipt once it is done: whom it was about is told by hashes and order ids alone. */
export interface ErasureData {
  /** `api`, or the topic of the shop's request. */
  readonly by: string;
  readonly state: 'running' | 'done';
  readonly subject: {
    readonly type: 'customer' | 'store';
    /** Of e-mail and customer id, under a key of erasures' own: they lead to nothing that is stored. */
    readonly hashes: readonly string[];
    /** The orders that were named. */
    readonly orderIds: readonly string[];
  };
  readonly storeId: string | null;
  /** The shop's event that asked for it. */
  readonly eventId: string | null;
  readonly finishedAt: number | null;
  readonly removed: ErasedCounts;
}
