// Replaying many events in one call: as far as its time allows, and from there on with the next.
import { isTransient } from '../http/refusal.ts';
import { eventById, type InboxEvent, type ListedEvent } from '../table/inbox.ts';
import { replayKept } from './replay-event.ts';
import type { Service } from './service.ts';

/** What became of one: the event as it stands, and whether there was anything left to replay it from. */
export interface Replayed {
  readonly event: InboxEvent;
  readonly outcome: 'replayed' | 'failed' | 'body_gone';
}

export interface ReplayedMany {
  readonly replayed: readonly Replayed[];
  /** Where the list goes on; null at its end. */
  readonly position: string | null;
}

interface Bounds {
  readonly matches: (event: InboxEvent) => boolean;
  readonly limit: number;
  /** No event is begun from this instant on. */
  readonly until: number;
}

/** One event's trouble is not the others'; a table out of reach is everybody's. */
const replayOne = async (service: Service, event: InboxEvent): Promise<Replayed> => {
  try {
    const replayed = await replayKept(service, event);
    return replayed ? { event: replayed, outcome: 'replayed' } : { event, outcome: 'body_gone' };
  } catch (error) {
    if (isTransient(error)) throw error;
    service.log.error('event not replayed', { eventId: event.id, error });
    return { event, outcome: 'failed' };
  }
};

/**
 * Replays those of the listed events that match, in the order of the list. Each is looked at again before: a replay of
 * somebody else's may have come first. Throws where the table is out of reach before anything was replayed.
 */
export const replayEvents = async (
  service: Service,
  listed: AsyncIterable<ListedEvent>,
  { matches, limit, until }: Bounds,
): Promise<ReplayedMany> => {
  const replayed: Replayed[] = [];
  let seen: string | null = null;
  for await (const { event, position } of listed) {
    // The first is begun in any case, so that a slow table holds nobody up for ever.
    if (seen !== null && service.clock() >= until) return { replayed, position: seen };
    if (matches(event)) {
      if (replayed.length === limit) return { replayed, position: seen };
      try {
        const current = await eventById(service.table, event.id);
        if (current && matches(current)) replayed.push(await replayOne(service, current));
      } catch (error) {
        if (replayed.length === 0) throw error;
        return { replayed, position: seen };
      }
    }
    seen = position;
  }
  return { replayed, position: null };
};
