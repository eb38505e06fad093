// What a day's visits come to by link: who arrived, who stayed, who left at once, who signed up.
import type { HitLabel } from '../clicks/classify.ts';
import { addFacts, type VisitFacts } from './batch.ts';

/** What a visitor's clicks on one link on one day led to. */
export interface LinkVisit {
  readonly visitor: string;
  readonly linkId: string;
  readonly facts: VisitFacts;
}

export interface VisitFigures {
  /** Distinct (visitor, link, day) whose landing page opened: to be held against unique clicks. */
  readonly visits: number;
  /** Those that stayed, went on to a further page, or signed up. */
  readonly engagedVisits: number;
  /** The others. */
  readonly bounces: number;
  readonly engagedSeconds: number;
  readonly signups: number;
}

/** Who attends to the shop for so long has not left at once. */
const ENGAGED_SECONDS = 10;
/** What one visitor can add to a link's day: anybody can send events of their own click, as often as they like. */
const MOST = { seconds: 4 * 3_600, signups: 5 } as const;

const NOTHING: VisitFigures = { visits: 0, engagedVisits: 0, bounces: 0, engagedSeconds: 0, signups: 0 };

const figuresOf = ({ visits = 0, pages = 0, seconds = 0, signups = 0 }: VisitFacts): VisitFigures => {
  const arrived = visits > 0 ? 1 : 0;
  const stayed = seconds >= ENGAGED_SECONDS || pages > 0 || signups > 0 ? arrived : 0;
  return {
    visits: arrived,
    engagedVisits: stayed,
    bounces: arrived - stayed,
    engagedSeconds: Math.min(seconds, MOST.seconds),
    signups: Math.min(signups, MOST.signups),
  };
};

/**
 * Whether a person saw the pages that a click led to. A browser that fetched a link ahead shows what it fetched to whoever
 * taps, and the script runs then; in a page that it drew ahead the script runs unseen, so that somebody must have acted.
 */
export const wasSeen = ({ kind, reason }: HitLabel, { seconds = 0, pages = 0, signups = 0 }: VisitFacts): boolean =>
  kind === 'human' || (kind === 'prefetch' && (reason === 'purpose_prefetch' || seconds + pages + signups > 0));

/** Figures of several links, or of parts of a day that share no visitor, as one. */
const addFigures = (a: VisitFigures, b: VisitFigures): VisitFigures => ({
  visits: a.visits + b.visits,
  engagedVisits: a.engagedVisits + b.engagedVisits,
  bounces: a.bounces + b.bounces,
  engagedSeconds: a.engagedSeconds + b.engagedSeconds,
  signups: a.signups + b.signups,
});

export const totalOf = (figures: Iterable<VisitFigures>): VisitFigures => [...figures].reduce(addFigures, NOTHING);

/** Figures by link, sorted by its id. All that a visitor did on the day's clicks on a link is one visit of it. */
export const figuresByLink = (visits: Iterable<LinkVisit>): ReadonlyMap<string, VisitFigures> => {
  const byVisitor = new Map<string, LinkVisit>();
  for (const visit of visits) {
    const key = `${visit.linkId} ${visit.visitor}`;
    byVisitor.set(key, { ...visit, facts: addFacts(byVisitor.get(key)?.facts ?? {}, visit.facts) });
  }
  const byLink = new Map<string, VisitFigures>();
  for (const { linkId, facts } of byVisitor.values()) {
    byLink.set(linkId, addFigures(byLink.get(linkId) ?? NOTHING, figuresOf(facts)));
  }
  return new Map([...byLink].sort(([a], [b]) => (a < b ? -1 : 1)));
};
