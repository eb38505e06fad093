// A click's place in the table: the sort key that keeps a visitor's hits together and in order.
import type { Day } from '../days.ts';

/** What a click's key holds. `visitor` is null for hits that must not be tracked. */
export interface ClickPlace {
  readonly day: Day;
  readonly shard: number;
  readonly visitor: string | null;
  readonly at: number;
  /** Eight hexadecimal characters that tell hits of one visitor and millisecond apart. */
  readonly suffix: string;
}

/** Sorts behind every visitor: hits without one belong to no journey. */
const NOBODY = '~';

/** Sortable time, 9 base-36 characters: good until the year 5188. */
const timeText = (at: number) => at.toString(36).padStart(9, '0');

/** The sort key `<visitor>#<time>#<suffix>`. */
export const clickSortKey = (place: Pick<ClickPlace, 'visitor' | 'at' | 'suffix'>): string =>
  `${place.visitor ?? NOBODY}#${timeText(place.at)}#${place.suffix}`;

/** Reads back what `clickSortKey` wrote; undefined when it is not one. */
export const parseClickSortKey = (text: string): Pick<ClickPlace, 'visitor' | 'at' | 'suffix'> | undefined => {
  const [visitor, time, suffix] = text.split('#');
  if (!visitor || !time || !suffix) return undefined;
  return { visitor: visitor === NOBODY ? null : visitor, at: Number.parseInt(time, 36), suffix };
};

/** The range of sort keys that holds a visitor's hits from one instant to another, both included. */
export const visitorSortRange = (visitor: string, from: number, to: number) => ({
  from: `${visitor}#${timeText(from)}`,
  to: `${visitor}#${timeText(to)}#~`,
});

/** Where the hits of the visitor begin that a sort key is of; those of nobody are each by themselves. */
export const visitorStartOf = (sortKey: string): string =>
  sortKey.startsWith(NOBODY) ? sortKey : sortKey.slice(0, sortKey.indexOf('#') + 1);
