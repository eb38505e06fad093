// Applying a kept event, and seeing to it that one which can't be applied now is neither forgotten nor hidden.
import { retryDelay } from '../domain/retries.ts';
import { isTransient } from '../http/refusal.ts';
import { asFailed, eventById, type Failure, type InboxEvent, isUnapplied, settleEvent } from '../table/inbox.ts';
import { enqueueRetry } from '../table/retry-queue.ts';
import { applyKept } from './apply-kept.ts';
import type { Service } from './service.ts';

/** What kept an event from its order, for people to read. An error's own message may quote what the shop sent. */
const failureOf = (error: unknown): Failure => {
  const { name } = (error ?? {}) as { name?: unknown };
  const kind = typeof name === 'string' && /^[A-Za-z]\w{0,63}$/.test(name) ? name : 'Error';
  return {
    reason: 'could_not_be_applied',
    detail: isTransient(error)
      ? `The table could not be reached (${kind}).`
      : `Something went wrong on our side (${kind}).`,
  };
};

/** Shows an event as failed, with when it is tried next; one that was settled or replayed meanwhile stands as it is. */
export const showFailed = async (
  service: Service,
  event: InboxEvent,
  error: unknown,
  nextAttemptAt: number | undefined,
): Promise<InboxEvent> => {
  const failed = asFailed(event, failureOf(error), nextAttemptAt);
  if (await settleEvent(service.table, event, failed)) return failed;
  return (await eventById(service.table, event.id)) ?? failed;
};

/**
 * The entry in the queue comes first: an event that says it failed is one that is tried again. Where its order has taken
 * it in all the same, by another's hand or before the error, there is nothing to wait for.
 */
const waitInLine = async (service: Service, event: InboxEvent, error: unknown): Promise<InboxEvent> => {
  const current = await eventById(service.table, event.id);
  if (current && !isUnapplied(current)) return current;
  service.count('WebhooksFailed');
  const dueAt = service.clock() + (retryDelay(1) ?? 0);
  await enqueueRetry(service.table, { eventId: event.id, failures: 1, dueAt });
  return showFailed(service, event, error, dueAt);
};

/**
 * Applies a kept event, or has it wait for the sweep. Throws only where it could not even be put into the queue: then it
 * stays as it was kept, and the look for left events finds it. One that had failed before stays as it is: it waits
 * already, or was given up, and trying it once more by the way is no reason to begin anew.
 */
export const applyOrWait = async (service: Service, event: InboxEvent): Promise<InboxEvent> => {
  try {
    return await applyKept(service, event);
  } catch (error) {
    service.log.error('event could not be applied', { eventId: event.id, error });
    if (event.state === 'failed') return event;
    return await waitInLine(service, event, error).catch(() => {
      throw error;
    });
  }
};
