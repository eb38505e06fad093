// The `direct` model: at most one creator owns an order, by the last click or the code that the order itself shows.
import type { HitKind } from '../clicks/classify.ts';
import { compareClicks, compareCodes } from './touch-order.ts';

/** A hit on a creator's link by the buyer. Instants are milliseconds since the epoch. */
export interface ClickTouch {
  readonly type: 'click';
  readonly clickId: string;
  readonly at: number;
  readonly creatorId: string;
  /** Null for the programme's links. */
  readonly campaignId: string | null;
  readonly linkId: string;
  readonly kind: HitKind;
  /** Orders clicks of one instant: the external id if imported, else the click id. */
  readonly tieKey: string;
  readonly creatorArchivedAt: number | null;
  /** Whether the order itself came back with this click's id. */
  readonly carried: boolean;
}

/** A creator's discount code used on the order. */
export interface CodeTouch {
  readonly type: 'code';
  readonly codeId: string;
  readonly code: string;
  readonly creatorId: string;
  readonly campaignId: string | null;
  /** What it took off, in minor units; null when the shop does not say. */
  readonly discount: number | null;
  /** Its place among the order's codes, from 0. */
  readonly position: number;
  /** Validity, both ends in; null is open. */
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  readonly creatorArchivedAt: number | null;
}

export type Touch = ClickTouch | CodeTouch;

/** Who gets the order when its click and its code are of different creators. */
export type ConflictPolicy = 'code_first' | 'click_first' | 'larger_share' | 'review';

/** The rules in force on the order's day, for one campaign or for the merchant. */
export interface AttributionRules {
  readonly version: string;
  readonly lookbackDays: number;
  readonly conflictPolicy: ConflictPolicy;
}

/** A campaign's rules, which are the merchant's where it overrides nothing; null asks for the merchant's own. */
type RulesFor = (campaignId: string | null) => AttributionRules;

interface AttributedOrder {
  readonly placedAt: number;
  /** `web`, or the channel the shop names (app, pos, phone, marketplace ...). */
  readonly channel: string;
  /** Creators who are the order's own customer: nobody earns by buying from themselves. */
  readonly boughtBy: readonly string[];
}

/** Why a touch is not eligible, whatever else the order holds. */
type IneligibleReason =
  | 'self_purchase'
  | 'channel_not_web'
  | 'after_order'
  | 'outside_window'
  | 'not_human'
  | 'duplicate'
  | 'code_expired'
  | 'creator_archived';

type EligibleReason = 'in_window' | 'code_valid';

/** Why an eligible touch lost to another of the same order. */
type BeatenReason =
  | 'beaten_by_later_click'
  | 'beaten_by_other_code'
  | 'beaten_by_code'
  | 'beaten_by_click'
  | 'conflict_review';

type TouchReason = EligibleReason | IneligibleReason | BeatenReason;

/** A candidate with the verdict on it. `accepted` only with `in_window` or `code_valid`. */
export interface JudgedTouch {
  readonly touch: Touch;
  readonly accepted: boolean;
  readonly reason: TouchReason;
}

/** Who owns the order, and by what. With the same creator's click and code, both ids are there. */
interface DirectOwner {
  readonly creatorId: string;
  readonly campaignId: string | null;
  readonly linkId: string | null;
  readonly codeId: string | null;
  /** The click's own campaign, which counts the click; null without a click and for the programme's links. */
  readonly clickCampaignId: string | null;
  /** The one that decided, and whose campaign is credited: the other's where it has none. */
  readonly instrument: 'click' | 'code';
  readonly clickId: string | null;
}

/** What identifies a touch to a reader. */
type TouchSummary =
  | Pick<ClickTouch, 'type' | 'clickId' | 'at' | 'creatorId' | 'campaignId' | 'linkId'>
  | Pick<CodeTouch, 'type' | 'codeId' | 'code' | 'creatorId' | 'campaignId'>;

/** Why nobody owns the order: `no_touch`, else the reason of the candidate that came nearest. */
interface Unattributed {
  readonly reason: TouchReason | 'no_touch';
  readonly nearest: TouchSummary | null;
}

export interface DirectAttribution {
  /** Every candidate: clicks from the oldest on, then codes from the strongest on. */
  readonly touches: readonly JudgedTouch[];
  readonly owner: DirectOwner | null;
  /** Whether the winning click and the winning code are of different creators. */
  readonly conflict: boolean;
  /** Null exactly when there is an owner. */
  readonly unattributed: Unattributed | null;
  /** The rules that decided: of the winning code's campaign, else of the click's, else the merchant's. */
  readonly rules: AttributionRules;
}

/** A day of the lookback is always 86,400 s, not a local day. */
const DAY_MS = 86_400_000;

/** Who pays at a till, by phone or elsewhere did not come through our link, whatever was clicked before. */
const BY_CODE_ONLY: ReadonlySet<string> = new Set(['pos', 'phone', 'marketplace', 'draft']);

/** How far the shop's clock may lag ours before a click that its order carries counts as later than the order. */
const CLOCK_SKEW_MS = 300_000;

function clickReason(click: ClickTouch, order: AttributedOrder, rulesFor: RulesFor): IneligibleReason | null {
  if (BY_CODE_ONLY.has(order.channel.toLowerCase())) return 'channel_not_web';
  if (click.at > order.placedAt + (click.carried ? CLOCK_SKEW_MS : 0)) return 'after_order';
  if (click.at < order.placedAt - rulesFor(click.campaignId).lookbackDays * DAY_MS) return 'outside_window';
  // The counted click represents its duplicates, unless the shop carried a duplicate's id: then that one is the proof.
  if (click.kind === 'duplicate') return click.carried ? null : 'duplicate';
  // So is the id of a prefetch: a browser that has fetched ahead shows that page to whoever taps, and asks no second time.
  if (click.kind === 'prefetch' && click.carried) return null;
  return click.kind === 'human' ? null : 'not_human';
}

function codeReason(code: CodeTouch, order: AttributedOrder): IneligibleReason | null {
  const started = code.startsAt === null || code.startsAt <= order.placedAt;
  const ended = code.endsAt !== null && code.endsAt < order.placedAt;
  return started && !ended ? null : 'code_expired';
}

/**
 * Judges one touch by itself (docs/metrics.md, "Why a touch counts"). The lookback is n x 86,400 s ending at placedAt,
 * both ends in; codes have no lookback, only their validity; a creator archived at placedAt or before gets nothing, nor
 * does one who is the customer.
 */
function judgeTouch(touch: Touch, order: AttributedOrder, rulesFor: RulesFor): EligibleReason | IneligibleReason {
  if (order.boughtBy.includes(touch.creatorId)) return 'self_purchase';
  const ineligible = touch.type === 'click' ? clickReason(touch, order, rulesFor) : codeReason(touch, order);
  if (ineligible !== null) return ineligible;
  if (touch.creatorArchivedAt !== null && touch.creatorArchivedAt <= order.placedAt) return 'creator_archived';
  return touch.type === 'click' ? 'in_window' : 'code_valid';
}

interface Settlement {
  readonly owner: DirectOwner | null;
  readonly conflict: boolean;
  readonly clickReason: TouchReason;
  readonly codeReason: TouchReason;
}

function owned(click: ClickTouch | null, code: CodeTouch | null, leading: Touch): DirectOwner {
  return {
    creatorId: leading.creatorId,
    campaignId: leading.campaignId ?? code?.campaignId ?? click?.campaignId ?? null,
    linkId: click?.linkId ?? null,
    codeId: code?.codeId ?? null,
    clickCampaignId: click?.campaignId ?? null,
    instrument: leading.type,
    clickId: click?.clickId ?? null,
  };
}

/** Eligible touches of a creator. A duplicate is no vote of its own: the click it repeats votes already. */
function votesFor(creatorId: string, eligible: readonly Touch[]): number {
  return eligible.filter((t) => t.creatorId === creatorId && (t.type === 'code' || t.kind !== 'duplicate')).length;
}

/** Decides between the order's winning click and its winning code; a tie of shares goes to the code. */
function settleConflict(
  click: ClickTouch,
  code: CodeTouch,
  eligible: readonly Touch[],
  policy: ConflictPolicy,
): Settlement {
  if (policy === 'review') {
    return { owner: null, conflict: true, clickReason: 'conflict_review', codeReason: 'conflict_review' };
  }
  const largerShare = () => votesFor(click.creatorId, eligible) > votesFor(code.creatorId, eligible);
  return policy === 'click_first' || (policy === 'larger_share' && largerShare())
    ? { owner: owned(click, null, click), conflict: true, clickReason: 'in_window', codeReason: 'beaten_by_click' }
    : { owner: owned(null, code, code), conflict: true, clickReason: 'beaten_by_code', codeReason: 'code_valid' };
}

function settle(
  click: ClickTouch | null,
  code: CodeTouch | null,
  eligible: readonly Touch[],
  policy: ConflictPolicy,
): Settlement {
  if (click !== null && code !== null && click.creatorId !== code.creatorId) {
    return settleConflict(click, code, eligible, policy);
  }
  const leading = policy === 'click_first' ? (click ?? code) : (code ?? click);
  return {
    owner: leading && owned(click, code, leading),
    conflict: false,
    clickReason: 'in_window',
    codeReason: 'code_valid',
  };
}

function summaryOf(touch: Touch): TouchSummary {
  const { creatorId, campaignId } = touch;
  return touch.type === 'click'
    ? { type: 'click', clickId: touch.clickId, at: touch.at, creatorId, campaignId, linkId: touch.linkId }
    : { type: 'code', codeId: touch.codeId, code: touch.code, creatorId, campaignId };
}

/**
 * The candidate whose reason stands for the order's. Under review that is the code in conflict, whatever else failed;
 * otherwise a code comes nearer than any click, since it was on the order itself; among clicks the closest in time.
 */
function nearestOf(judged: readonly JudgedTouch[], placedAt: number): JudgedTouch | null {
  const inReview = judged.findLast(({ reason }) => reason === 'conflict_review');
  const code = inReview ?? judged.find(({ touch }) => touch.type === 'code');
  if (code) return code;
  const distance = ({ touch }: JudgedTouch) => (touch.type === 'click' ? Math.abs(touch.at - placedAt) : 0);
  // The sort is stable: of two equally close the earlier stays first.
  return judged.toSorted((a, b) => distance(a) - distance(b))[0] ?? null;
}

const isEligible = (reason: TouchReason) => reason === 'in_window' || reason === 'code_valid';

/**
 * Finds the one creator, if any, that the order is credited to under the `direct` model, with a verdict and reason for
 * every candidate (docs/metrics.md, "Why a touch counts"). Each click and each code must be among `touches` once; their
 * order never matters.
 */
export function attributeDirect(
  order: AttributedOrder,
  touches: readonly Touch[],
  rulesFor: RulesFor,
): DirectAttribution {
  const clicks = touches.filter((touch) => touch.type === 'click').toSorted(compareClicks);
  const codes = touches.filter((touch) => touch.type === 'code').toSorted(compareCodes);
  const eligible = (touch: Touch) => isEligible(judgeTouch(touch, order, rulesFor));
  const click = clicks.findLast(eligible) ?? null;
  const code = codes.find(eligible) ?? null;
  const rules = rulesFor(code?.campaignId ?? click?.campaignId ?? null);
  const settlement = settle(click, code, touches.filter(eligible), rules.conflictPolicy);

  const judge = (touch: Touch): JudgedTouch => {
    let reason: TouchReason = judgeTouch(touch, order, rulesFor);
    if (touch === click) reason = settlement.clickReason;
    else if (touch === code) reason = settlement.codeReason;
    else if (isEligible(reason)) reason = touch.type === 'click' ? 'beaten_by_later_click' : 'beaten_by_other_code';
    return { touch, accepted: isEligible(reason), reason };
  };
  const judged = [...clicks, ...codes].map(judge);
  const { owner, conflict } = settlement;
  return {
    touches: judged,
    owner,
    conflict,
    unattributed: unattributed(judged, order, owner),
    rules,
  };
}

function unattributed(
  judged: readonly JudgedTouch[],
  order: AttributedOrder,
  owner: DirectOwner | null,
): Unattributed | null {
  if (owner !== null) return null;
  const nearest = nearestOf(judged, order.placedAt);
  return { reason: nearest?.reason ?? 'no_touch', nearest: nearest && summaryOf(nearest.touch) };
}
