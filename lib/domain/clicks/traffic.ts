// Counts a day's clicks in one pass over hits sorted by visitor and time, by link and by where they came from and on what,
// and finds duplicates on the way.
import { emptyTraffic, type TrafficFigures } from '../report-rows.ts';
import { classify, type Hit, type HitJudges, type HitKind, type HitLabel } from './classify.ts';
import { CLICK_DIMENSIONS, type ClickDimension, OTHER_VALUE, valuesOf } from './dimensions.ts';

/** One link's traffic. `clicks` + all `excludedClicks` = the hits the link had. */
export interface TrafficRow extends TrafficFigures {
  readonly linkId: string;
}

/** A link's traffic with one value of a dimension; those of a dimension add up to the link's. */
export interface SplitRow extends TrafficRow {
  readonly dimension: ClickDimension;
  readonly value: string | null;
}

/** A count under way. */
interface TrafficCount {
  /** Counts one hit and says what it was. Throws when hits come out of order: the figures would be wrong. */
  readonly add: (hit: Hit) => HitLabel;
  /** The links counted so far, sorted by id. */
  readonly rows: () => readonly TrafficRow[];
  /** The same by dimension, in no order. */
  readonly split: () => readonly SplitRow[];
}

/** A hit with what it was found to be. */
interface LabelledHit<T extends Hit> extends HitLabel {
  readonly hit: T;
}

/** Both ends in: a hit exactly this long after the counted one is still its duplicate. */
const DUPLICATE_WINDOW_MS = 10_000;

interface Labelled {
  readonly label: HitLabel;
  /** The first counted click of its visitor on its link. */
  readonly unique: boolean;
}

const REPEAT: Labelled = { label: { kind: 'duplicate', reason: 'repeat_within_10_s' }, unique: false };
const REPEAT_WITHOUT_COOKIE: Labelled = {
  label: { kind: 'duplicate', reason: 'repeat_without_cookie' },
  unique: false,
};

/** Hits without a visitor (GPC, DNT) come last, since they are stored under `~`; their times are not compared. */
function isOutOfOrder(previous: Hit, hit: Hit): boolean {
  if (hit.visitor === null) return false;
  if (previous.visitor === null) return true;
  return hit.visitor < previous.visitor || (hit.visitor === previous.visitor && hit.at < previous.at);
}

/**
 * Labels hits one by one, remembering only the links of the visitor it is at. A duplicate is measured from the click
 * that was counted, not from the duplicate before it: someone who taps every 9 s counts once every 18 s. A repeat without
 * a cookie began a visitor of its own, whose click of that link is therefore not its first, whatever follows.
 */
export function createLabeller(judges: HitJudges): (hit: Hit) => Labelled {
  let previous: Hit | null = null;
  const countedAt = new Map<string, number>();
  return (hit) => {
    if (previous !== null && isOutOfOrder(previous, hit)) {
      throw new Error('hits must come sorted by visitor, then time, those without a visitor last');
    }
    if (previous?.visitor !== hit.visitor) countedAt.clear();
    previous = hit;
    const label = classify(hit, judges);
    if (label.kind !== 'human') return { label, unique: false };
    if (hit.visitor === null) return hit.repeat ? REPEAT_WITHOUT_COOKIE : { label, unique: true };
    const last = countedAt.get(hit.linkId);
    if (last !== undefined && hit.at - last <= DUPLICATE_WINDOW_MS) return REPEAT;
    countedAt.set(hit.linkId, hit.at);
    return hit.repeat ? REPEAT_WITHOUT_COOKIE : { label, unique: last === undefined };
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Tally = Writable<TrafficFigures> & { readonly excludedClicks: Record<Exclude<HitKind, 'human'>, number> };

const newTally = (): Tally => emptyTraffic() as Tally;

const tell = (tally: Tally, kind: HitKind, unique: boolean): void => {
  if (kind === 'human') {
    tally.clicks += 1;
    tally.uniqueClicks += unique ? 1 : 0;
  } else tally.excludedClicks[kind] += 1;
};

const figuresOf = (tally: Tally): TrafficFigures => ({ ...tally, excludedClicks: { ...tally.excludedClicks } });

interface LinkTally {
  readonly all: Tally;
  /** By value, for each of the dimensions in their order. */
  readonly split: readonly Map<string | null, Tally>[];
}

/** Values of a dimension on links that a count tells apart: whoever makes up referrers must not fill the memory. */
const MOST_VALUES = 10_000;

/** Tells tallies by link and value apart, a dimension's no further than the bound. */
const createTallies = () => {
  const byLink = new Map<string, LinkTally>();
  const told = CLICK_DIMENSIONS.map(() => 0);
  return {
    byLink,
    ofLink: (linkId: string): LinkTally => {
      const link = byLink.get(linkId) ?? { all: newTally(), split: CLICK_DIMENSIONS.map(() => new Map()) };
      byLink.set(linkId, link);
      return link;
    },
    ofValue: (values: Map<string | null, Tally>, value: string | null, dimension: number): Tally => {
      const known = values.get(value);
      if (known) return known;
      const full = (told[dimension] ?? 0) >= MOST_VALUES;
      const name = full ? OTHER_VALUE : value;
      const tally = (full && values.get(name)) || newTally();
      values.set(name, tally);
      told[dimension] = (told[dimension] ?? 0) + 1;
      return tally;
    },
  };
};

/**
 * Starts the count of one day's shard. Memory follows the number of links and of values within a bound, never of hits. A
 * visitor lives in one shard, so the rows of a day's shards add up to the day's.
 */
export function createTrafficCount(judges: HitJudges): TrafficCount {
  const labelOf = createLabeller(judges);
  const { byLink, ofLink, ofValue } = createTallies();
  return {
    add: (hit) => {
      const { label, unique } = labelOf(hit);
      const { all, split } = ofLink(hit.linkId);
      tell(all, label.kind, unique);
      const values = valuesOf(hit, judges);
      for (let i = 0; i < split.length; i++) {
        tell(ofValue(split[i] as Map<string | null, Tally>, values[i] as string | null, i), label.kind, unique);
      }
      return label;
    },
    rows: () =>
      [...byLink]
        .map(([linkId, { all }]) => ({ linkId, ...figuresOf(all) }))
        .sort((a, b) => (a.linkId < b.linkId ? -1 : 1)),
    split: () =>
      [...byLink].flatMap(([linkId, { split }]) =>
        split.flatMap((values, i) =>
          [...values].map(([value, tally]) => ({
            ...{ linkId, dimension: CLICK_DIMENSIONS[i] as ClickDimension, value },
            ...figuresOf(tally),
          })),
        ),
      ),
  };
}

/**
 * Labels the hits of journeys by the rules that days are counted by, in the same order (visitor, then time; throws
 * otherwise). Duplicates are found across midnight here, while a day's count starts afresh. A repeat without a cookie
 * stands for itself: the click it repeats is in another journey, and an order may well carry the repeat.
 */
export function labelHits<T extends Hit>(hits: readonly T[], judges: HitJudges): readonly LabelledHit<T>[] {
  const labelOf = createLabeller(judges);
  return hits.map((hit) => {
    const { kind, reason } = labelOf(hit.repeat ? { ...hit, repeat: false } : hit).label;
    return { hit, kind, reason };
  });
}
