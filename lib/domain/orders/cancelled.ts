// Whether an order is cancelled and since when: by its newest telling, or by a cancellation told on its own.
import type { OrderSnapshot, ReceivedOrderEvent } from './events.ts';

/** An order put into the trash and taken out again is told twice, and the two may cross on their way. */
const CROSSING_MS = 10 * 60_000;

/** How far a shop's clock may be ahead of ours before one of its changes counts as made after a delivery. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * The moment up to which cancellations that were received are taken back. A restoration takes back all that came before
 * it; where none did, the one that it answers is still on its way. An order that the shop changed since, and that it
 * does not call cancelled, is in no trash either: the word that it was restored may be lost.
 */
const takenBackUpTo = (events: readonly ReceivedOrderEvent[], firstReceivedAt: number): number => {
  const moments = events.flatMap(({ event, receivedAt }) => {
    if (event.type !== 'snapshot') return [];
    const answered = receivedAt < firstReceivedAt ? receivedAt + CROSSING_MS : receivedAt;
    return [
      ...(event.restored ? [answered] : []),
      ...(event.cancelledAt === null ? [event.updatedAt - CLOCK_SKEW_MS] : []),
    ];
  });
  return Math.max(...moments);
};

/** The earliest cancellation told on its own that stands; only a revocable one can be taken back. */
const toldAlone = (events: readonly ReceivedOrderEvent[]): number | null => {
  const told = events.flatMap(({ event, receivedAt }) =>
    event.type === 'cancellation' ? [{ event, receivedAt }] : [],
  );
  const revocable = told.filter(({ event }) => event.revocable);
  const upTo = takenBackUpTo(events, Math.min(...revocable.map(({ receivedAt }) => receivedAt)));
  const standing = told.find(({ event, receivedAt }) => !event.revocable || receivedAt > upTo);
  return standing?.event.cancelledAt ?? null;
};

/**
 * Since when the newest snapshots have called the order cancelled; null when the newest does not. A shop that keeps no
 * such time tells that of its last change, later and later: the earliest of them is the nearest to the truth.
 */
const toldBySnapshots = (snapshots: readonly OrderSnapshot[]): number | null => {
  const standing = snapshots.findLastIndex(({ cancelledAt }) => cancelledAt === null);
  const since = snapshots.slice(standing + 1).flatMap(({ cancelledAt }) => cancelledAt ?? []);
  return since.length === 0 ? null : Math.min(...since);
};

/** When the order was cancelled, in ms, by the snapshots or else by a cancellation told on its own; null when it stands. */
export const cancelledAtOf = (
  events: readonly ReceivedOrderEvent[],
  snapshots: readonly OrderSnapshot[],
): number | null => toldBySnapshots(snapshots) ?? toldAlone(events);
