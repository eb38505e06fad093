// When an event that could not be applied is tried again, and when that is left to people.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What mends itself does so within minutes or hours; what waits for a new version of ours may take days. */
const FIRST_DELAYS_MS = [
  ...[1, 5, 15].map((minutes) => minutes * MINUTE_MS),
  ...[1, 3, 6, 12, 24].map((hours) => hours * HOUR_MS),
];

/** Daily from then on; all in all two weeks, as long as bodies are kept. */
const MOST_DELAYS = FIRST_DELAYS_MS.length + 12;

/** How long after its nth failure (from 1 on) an event is tried again, in ms; undefined once it is given up. */
export const retryDelay = (failures: number): number | undefined =>
  failures > MOST_DELAYS ? undefined : (FIRST_DELAYS_MS[failures - 1] ?? DAY_MS);

/** An attempt that takes its own run down with it tells nobody of its failure: it is looked after by then. */
export const UNHEARD_OF_MS = DAY_MS;
