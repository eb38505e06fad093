// How long raw clicks and webhook bodies are kept, by a merchant's own choice, and what follows for a day's figures.
import type { MerchantData } from './entities.ts';

export interface Retention {
  readonly clickDays: number;
  readonly bodyDays: number;
}

export const DEFAULT_RETENTION: Retention = { clickDays: 400, bodyDays: 14 };

/** Campaigns may look back up to 90 days, so a journey is read that far. */
export const LONGEST_LOOKBACK_DAYS = 90;

const DAY_MS = 86_400_000;

export const retentionOf = ({ retention }: Pick<MerchantData, 'retention'>): Retention => ({
  ...DEFAULT_RETENTION,
  ...retention,
});

/** The oldest instant that is still kept: what is older is as good as gone, whenever it is removed. */
export const keptSince = (days: number, now: number): number => now - days * DAY_MS;

type ClickSettings = Pick<MerchantData, 'retention' | 'clicksGoneBefore'>;

/** The same of clicks. A longer time chosen since does not bring back what was gone by then. */
export const clicksKeptSince = (data: ClickSettings, now: number): number =>
  Math.max(keptSince(retentionOf(data).clickDays, now), data.clicksGoneBefore ?? Number.NEGATIVE_INFINITY);

/** Settings under another choice made now: of what was not chosen the defaults hold. */
export const withRetention = (before: ClickSettings, chosen: Partial<Retention>, now: number): ClickSettings => ({
  retention: chosen,
  clicksGoneBefore: clicksKeptSince(before, now),
});
