// What a round of the sweep has to look through: every merchant with a mark, and the events of the last twenty minutes.
import { assumed } from '../assumptions.ts';
import { MERCHANTS } from './load.ts';

/** Requests for each merchant with a mark: its record, and the first page of its events. */
const REQUESTS_PER_MERCHANT = 2;
const LOOKED_BACK_SECONDS = 20 * 60;
/** A page of the listing and a batch of its items, by and by. */
const PAGE_EVENTS = 100;
const PAGE_MS = 15;

/** Merchants that are looked at side by side. */
const AT_ONCE = 8;

/** Seconds of one round, some merchants at a time, and read units: each event is read whole, whatever became of it. */
export const sweepOf = (eventsPerSecond: number) => {
  const events = eventsPerSecond * LOOKED_BACK_SECONDS;
  const active = Math.min(MERCHANTS, Math.ceil(eventsPerSecond * 86_400));
  const waiting = active * REQUESTS_PER_MERCHANT * assumed.tableRequestMs;
  const seconds = (waiting / AT_ONCE + (events / PAGE_EVENTS) * PAGE_MS) / 1000;
  return { seconds, readUnits: events + active };
};
