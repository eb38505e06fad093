// A click made durable while a shopper waits: in the table, or else in the queue, where the sweep finds it.
import type { ClickPlace } from '../domain/clicks/click-key.ts';
import { type ClickFacts, storeClick } from '../table/clicks.ts';
import type { Service } from './service.ts';
import { within } from './within.ts';

/** Its place is its key: stored twice it is one click. */
export interface LeftClick {
  readonly merchantId: string;
  readonly place: ClickPlace;
  readonly facts: ClickFacts;
}

/** The table answers in some milliseconds or is in trouble; the queue is asked as well then. */
const TABLE_ALONE_MS = 100;
/** What a shopper's request may take in all, as far as it waits for either. */
const PATIENCE_MS = 280;
/** The queue's time at least, however long the link took to be found. */
const LEAST_MS = 80;

/** Leaves a click in the queue; false when there is none or it can't be reached. */
const leaveClick = async ({ clickQueue, log }: Service, click: LeftClick): Promise<boolean> => {
  try {
    await clickQueue?.send(JSON.stringify(click));
    return clickQueue !== undefined;
  } catch (error) {
    log.error('click not queued', { linkId: click.facts.linkId, error });
    return false;
  }
};

/** True as soon as one says so, false once both have said no. */
const eitherOf = (one: Promise<boolean>, other: Promise<boolean>): Promise<boolean> =>
  new Promise((decided) => {
    for (const [said, rest] of [
      [one, other],
      [other, one],
    ] as const) {
      void said.then(async (yes) => decided(yes || (await rest)));
    }
  });

/**
 * Stores a click to be kept for some `days`; true once it is durable, false when that did not come about in time for the
 * shopper whose request came at `begun` (of `performance.now()`). What was still under way may come about later: a click
 * that is stored twice is one click.
 */
export const keepClick = async (
  service: Service,
  click: LeftClick,
  { days, begun }: { readonly days?: number | undefined; readonly begun: number },
): Promise<boolean> => {
  const { merchantId, place, facts } = click;
  const stored = storeClick(service.table, merchantId, place, facts, days).then(
    () => true,
    (error: unknown) => {
      service.log.error('click not stored', { linkId: facts.linkId, error });
      return false;
    },
  );
  if (await within(TABLE_ALONE_MS, stored, false)) return true;
  const left = leaveClick(service, click);
  const patience = Math.max(LEAST_MS, PATIENCE_MS - (performance.now() - begun));
  const kept = await within(patience, eitherOf(stored, left), false);
  service.count(kept ? 'ClicksQueued' : 'ClicksLost');
  return kept;
};
