// Counts a day's clicks by link in one pass over hits sorted by visitor and time, and finds duplicates on the way.
import { emptyTraffic, type TrafficFigures } from '../report-rows.ts';
import { classify, type Hit, type HitKind, type HitLabel } from './classify.ts';

/** One link's traffic. `clicks` + all `excludedClicks` = the hits the link had. */
export interface TrafficRow extends TrafficFigures {
  readonly linkId: string;
}

/** A count under way. */
interface TrafficCount {
  /** Counts one hit and says what it was. Throws when hits come out of order: the figures would be wrong. */
  readonly add: (hit: Hit) => HitLabel;
  /** The links counted so far, sorted by id. */
  readonly rows: () => readonly TrafficRow[];
}

/** A hit with what it was found to be. */
interface LabelledHit<T extends Hit> extends HitLabel {
  readonly hit: T;
}

/** Both ends in: a hit exactly this long after the counted one is still its duplicate. */
const DUPLICATE_WINDOW_MS = 10_000;

type IsBot = (userAgent: string) => boolean;

interface Labelled extends HitLabel {
  /** The first counted click of its visitor on its link. */
  readonly unique: boolean;
}

/** Hits without a visitor (GPC, DNT) come last, since they are stored under `~`; their times are not compared. */
function isOutOfOrder(previous: Hit, hit: Hit): boolean {
  if (hit.visitor === null) return false;
  if (previous.visitor === null) return true;
  return hit.visitor < previous.visitor || (hit.visitor === previous.visitor && hit.at < previous.at);
}

/**
 * Labels hits one by one, remembering only the links of the visitor it is at. A duplicate is measured from the click
 * that was counted, not from the duplicate before it: someone who taps every 9 s counts once every 18 s.
 */
function createLabeller(isBot: IsBot): (hit: Hit) => Labelled {
  let previous: Hit | null = null;
  const countedAt = new Map<string, number>();
  return (hit) => {
    if (previous !== null && isOutOfOrder(previous, hit)) {
      throw new Error('hits must come sorted by visitor, then time, those without a visitor last');
    }
    if (previous?.visitor !== hit.visitor) countedAt.clear();
    previous = hit;
    const label = classify(hit, isBot);
    if (label.kind !== 'human') return { ...label, unique: false };
    if (hit.visitor === null) return { ...label, unique: true };
    const last = countedAt.get(hit.linkId);
    if (last !== undefined && hit.at - last <= DUPLICATE_WINDOW_MS) {
      return { kind: 'duplicate', reason: 'repeat_within_10_s', unique: false };
    }
    countedAt.set(hit.linkId, hit.at);
    return { ...label, unique: last === undefined };
  };
}

interface MutableRow {
  readonly linkId: string;
  clicks: number;
  uniqueClicks: number;
  readonly excludedClicks: Record<Exclude<HitKind, 'human'>, number>;
}

/**
 * Starts the count of one day's shard. Memory follows the number of links, never of hits. A visitor lives in one shard,
 * so the rows of a day's shards add up to the day's.
 */
export function createTrafficCount(isBot: IsBot): TrafficCount {
  const labelOf = createLabeller(isBot);
  const byLink = new Map<string, MutableRow>();
  const rowOf = (linkId: string): MutableRow => {
    const row = byLink.get(linkId) ?? { linkId, ...emptyTraffic() };
    byLink.set(linkId, row);
    return row;
  };
  return {
    add: (hit) => {
      const { kind, reason, unique } = labelOf(hit);
      const row = rowOf(hit.linkId);
      if (kind === 'human') {
        row.clicks += 1;
        row.uniqueClicks += unique ? 1 : 0;
      } else row.excludedClicks[kind] += 1;
      return { kind, reason };
    },
    rows: () =>
      [...byLink.values()]
        .map((row) => ({ ...row, excludedClicks: { ...row.excludedClicks } }))
        .sort((a, b) => (a.linkId < b.linkId ? -1 : 1)),
  };
}

/**
 * Labels the hits of journeys by the rules that days are counted by, in the same order (visitor, then time; throws
 * otherwise). Duplicates are found across midnight here, while a day's count starts afresh.
 */
export function labelHits<T extends Hit>(hits: readonly T[], isBot: IsBot): readonly LabelledHit<T>[] {
  const labelOf = createLabeller(isBot);
  return hits.map((hit) => {
    const { kind, reason } = labelOf(hit);
    return { hit, kind, reason };
  });
}
