// A click made durable while a shopper waits, as long as one waits: in the table, or else in the queue, where the sweep finds it.
import type { ClickPlace } from '../domain/clicks/click-key.ts';
import { type ClickFacts, storeClick } from '../table/clicks.ts';
import type { Service } from './service.ts';
import { createTrouble } from './trouble.ts';
import { within } from './within.ts';

/** Its place is its key: stored twice it is one click. */
export interface LeftClick {
  readonly merchantId: string;
  readonly place: ClickPlace;
  readonly facts: ClickFacts;
}

interface KeepOptions {
  readonly days?: number | undefined;
  /** When the shopper's request came, of `performance.now()`. */
  readonly begun: number;
}

/**
 * What is known of a click by the time the shopper goes on: that it is durable, that neither would have it, or, where one has
 * not answered in time, nothing: it is under way, and rather stored late than lost. Stored twice it is one click.
 */
type Outcome = 'kept' | 'open' | 'lost';

export type KeepClick = (click: LeftClick, options: KeepOptions) => Promise<Outcome>;

/** The table answers in some milliseconds or is in trouble; the queue is asked as well then. */
const TABLE_ALONE_MS = 100;
/** What a shopper's request may take in all, as far as it waits for either. */
const PATIENCE_MS = 280;
/** The queue's time at least, however long the link took to be found. */
const LEAST_MS = 60;

/** One click that is late says little, as after a pause of the process itself. */
const LATE_IN_A_ROW = 3;

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

/** Stores a click, each by itself where the process serves one shopper at a time: none may wait behind another's trouble. */
const store = ({ table, log, freezes = false }: Service, { merchantId, place, facts }: LeftClick, days?: number) =>
  storeClick(table, merchantId, place, facts, { days, alone: freezes }).then(
    () => true,
    (error: unknown) => {
      log.error('click not stored', { linkId: facts.linkId, error });
      return false;
    },
  );

/**
 * What keeps clicks, to be told of each. While the table is in trouble nobody waits for it alone, but each click asks it all the
 * same, and so finds out that it is back.
 */
export const createKeepClick = (service: Service): KeepClick => {
  const trouble = createTrouble(LATE_IN_A_ROW);
  return async (click, { days, begun }) => {
    const stored = store(service, click, days);
    const inTime = within(TABLE_ALONE_MS, stored, false);
    void inTime.then(trouble.told);
    if (!trouble.is() && (await inTime)) return 'kept';
    const left = leaveClick(service, click);
    const patience = Math.max(LEAST_MS, PATIENCE_MS - (performance.now() - begun));
    const decided = eitherOf(stored, left).then((kept): Outcome => (kept ? 'kept' : 'lost'));
    const outcome = await within<Outcome, Outcome>(patience, decided, 'open');
    service.count(outcome === 'kept' ? 'ClicksQueued' : 'ClicksLost');
    if (outcome === 'lost') service.log.error('click lost', { linkId: click.facts.linkId });
    return outcome;
  };
};
