// Events that could not be applied, tried again when they are due.
import { retryDelay, UNHEARD_OF_MS } from '../domain/retries.ts';
import { eventById, type InboxEvent, isUnapplied } from '../table/inbox.ts';
import { dropRetry, dueRetries, type Retry, takeUpRetry } from '../table/retry-queue.ts';
import { applyKept } from './apply-kept.ts';
import { showFailed } from './apply-or-wait.ts';
import { mapAtOnce } from './at-once.ts';
import type { Service } from './service.ts';

/** Each is a handful of requests, one waiting for the other. */
const EVENTS_AT_ONCE = 8;

/** Of an attempt that took its run down with it nothing is heard; with a last one of that kind an event is given up. */
const UNHEARD_OF = Object.assign(new Error('the last attempt never ended'), { name: 'NeverEnded' });

const giveUp = async (service: Service, event: InboxEvent, error: unknown): Promise<void> => {
  service.count('WebhooksFailed');
  service.log.error('event given up', { eventId: event.id });
  await showFailed(service, event, error, undefined);
};

/** Tries an event that was taken up; `taken` is its entry as it stands. True when it is done with. */
const attempt = async (service: Service, event: InboxEvent, taken: Retry, isLast: boolean): Promise<boolean> => {
  try {
    await applyKept(service, event);
    return true;
  } catch (error) {
    service.log.error('event failed again', { eventId: event.id, failures: taken.failures, error });
    await (isLast ? giveUp(service, event, error) : showFailed(service, event, error, taken.dueAt));
    return isLast;
  }
};

const retry = async (service: Service, seen: Retry): Promise<void> => {
  const { table } = service;
  const event = await eventById(table, seen.eventId);
  const isOver = retryDelay(seen.failures) === undefined;
  if (!event || !isUnapplied(event) || isOver) {
    // Else it was applied by the shop's own repeat or a replay, or erased.
    if (event && isUnapplied(event)) await giveUp(service, event, UNHEARD_OF);
    await dropRetry(table, seen);
    return;
  }
  const failures = seen.failures + 1;
  const delay = retryDelay(failures);
  // Moved on before it is tried: what takes its run down with it must not be the first thing the next run tries.
  const taken = { ...seen, failures, dueAt: service.clock() + (delay ?? UNHEARD_OF_MS) };
  if (!(await takeUpRetry(table, seen, taken))) return;
  if (await attempt(service, event, taken, delay === undefined)) await dropRetry(table, taken);
};

/** Tries what is due, the longest due first, while there is time; one that fails does not keep the others waiting. */
export const retryDueEvents = async (service: Service, until: number): Promise<void> => {
  const due = await dueRetries(service.table, service.clock());
  await mapAtOnce(due, EVENTS_AT_ONCE, async (seen) => {
    if (service.clock() >= until) return;
    await retry(service, seen).catch((error) =>
      service.log.error('event not tried again', { eventId: seen.eventId, error }),
    );
  });
};
