// Which events an order's state was folded from, noted in the state itself: an event then needs no write of its own to
// say that it is applied.

/** An event that does not say itself that it is applied. */
export interface UnsettledEvent {
  /** Its own half of the event id. */
  readonly part: string;
  /** The version of the order's state that the event told nothing new to when it was kept. */
  readonly nothingNewTo?: number | undefined;
}

/** What of an order's state says which events are in it. */
interface FoldedState {
  readonly version: number;
  readonly folded: readonly string[];
}

/** Most events noted in a state: at 12 bytes each a fifth of a write unit. Any further one is settled by itself. */
const MOST_NOTED = 16;

const PART_CHARACTERS = 16;

/** As stored: 12 bytes for each event, nothing for none. */
export const foldedBytes = (parts: readonly string[]): Uint8Array | undefined =>
  parts.length === 0 ? undefined : Buffer.from(parts.join(''), 'base64url');

/** Reads back what `foldedBytes` gave; states written before there was a note have none. */
export const eventPartsOf = (stored: unknown): string[] =>
  stored instanceof Uint8Array
    ? (Buffer.from(stored)
        .toString('base64url')
        .match(new RegExp(`.{${PART_CHARACTERS}}`, 'g')) ?? [])
    : [];

/**
 * Whether a state has taken in an event: it names it, or it is still the version that already said all the event does.
 * A later version that was folded without it names it not, and the event waits.
 */
export const hasTakenIn = (state: FoldedState, { part, nothingNewTo }: UnsettledEvent): boolean =>
  state.version === nothingNewTo || state.folded.includes(part);

/** Which events a version names, by their part of the event id. */
interface Note {
  readonly noted: readonly string[];
  /** Events that the version before had taken in and for which there is no room: from then on they have to say it. */
  readonly crowdedOut: readonly string[];
}

/**
 * What the next version, folded from all of these, notes: what the one before had taken in, which nothing else says,
 * and then the others, as far as there is room. Only events kept in the same instant, without news, can be more.
 */
export const notedAfter = (before: FoldedState | undefined, unsettled: readonly UnsettledEvent[]): Note => {
  const isIn = (event: UnsettledEvent) => before !== undefined && hasTakenIn(before, event);
  const stay = unsettled.filter(isIn).map(({ part }) => part);
  const come = unsettled.filter((event) => !isIn(event)).map(({ part }) => part);
  return { noted: [...stay, ...come].slice(0, MOST_NOTED), crowdedOut: stay.slice(MOST_NOTED) };
};
