// Calendar days of a time zone: which day an instant belongs to, when a day starts, and the weeks and months of days.

/** A calendar day 'YYYY-MM-DD', in whichever zone the caller means; years 0001 to 9999. Sorts as text. */
export type Day = string;

/** A day as a count of days since 1970-01-01. */
type DayNumber = number;

interface Zone {
  readonly offsets: Intl.DateTimeFormat;
  /** The day last asked for: clicks come in the order of time, so nearly all fall into it. */
  latest: { readonly day: Day; readonly start: number; readonly end: number };
}

const DAY_MS = 86_400_000;

/** No zone was ever further from UTC: Manila's -15:56:08 and Metlakatla's +15:13:42, both before 1870, come closest. */
const WIDEST_OFFSET_MS = 16 * 3_600_000;

const FIRST_DAY = Date.parse('0001-01-01') / DAY_MS;
const LAST_DAY = Date.parse('9999-12-31') / DAY_MS;

// Making a formatter costs some hundred times what using it does.
const zones = new Map<string, Zone>();

/** True for a date of the (proleptic Gregorian) calendar between 0001-01-01 and 9999-12-31, and nothing else. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith('0000')) return false;
  // Date.parse lets 02-31 run over into March: only a real date comes back unchanged.
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** True for any zone `Intl.DateTimeFormat` takes: names, their aliases, 'UTC' and offsets such as '+05:30'. */
export function isTimeZone(zone: string): boolean {
  try {
    offsetFormat(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * The local day an instant (ms since the epoch) belongs to: the last one that has started by then.
 *
 * That is the date on the wall, except for the minutes in which clocks set back across midnight show yesterday's date
 * a second time (America/St_Johns at 00:01 until 2010): they stay with the new day, so that days never interleave.
 * RangeError for an unknown zone or an instant outside years 0001 to 9999.
 */
export function dayOf(instant: number, zone: string): Day {
  const known = zoneNamed(zone);
  if (instant >= known.latest.start && instant < known.latest.end) return known.latest.day;
  let number = Math.floor((instant + offsetAt(instant, known)) / DAY_MS);
  let end = firstInstantOf(number + 1, known);
  while (end <= instant) {
    number += 1;
    end = firstInstantOf(number + 1, known);
  }
  known.latest = { day: dayNumbered(number), start: firstInstantOf(number, known), end };
  return known.latest.day;
}

/**
 * The first instant (ms since the epoch) at which the local date is `day` or later.
 *
 * Mostly midnight, but some midnights do not exist (America/Sao_Paulo 2018-11-04 starts at 01:00), and a day that was
 * skipped whole (Pacific/Apia 2011-12-30) starts, and ends, where the next one starts. So the days of a zone, each
 * from its start to the next one's, tile time without gap or overlap. RangeError for an unknown zone or what is no day.
 */
export function startOfDay(day: Day, zone: string): number {
  return firstInstantOf(numberOf(day), zoneNamed(zone));
}

/** The day `n` days later, or earlier when `n` is negative. RangeError beyond years 0001 to 9999. */
export function addDays(day: Day, n: number): Day {
  return dayNumbered(numberOf(day) + n);
}

/** How many days there are from `from` to `to`, both included; none when `to` is before `from`. */
export function countDays(from: Day, to: Day): number {
  return Math.max(0, numberOf(to) - numberOf(from) + 1);
}

/** Every day from `from` to `to`, both included, in order; empty when `to` is before `from`. */
export function daysFrom(from: Day, to: Day): Day[] {
  const first = numberOf(from);
  const length = countDays(from, to);
  return Array.from({ length }, (_, index) => dayNumbered(first + index));
}

/** The ISO 8601 week of a day as 'YYYY-Www': weeks start on Monday and belong to the year of their Thursday. */
export function weekOf(day: Day): string {
  const number = numberOf(day);
  // Day 0, 1970-01-01, was a Thursday; the double remainder keeps earlier days from going negative.
  const daysSinceMonday = (((number + 3) % 7) + 7) % 7;
  const thursday = number - daysSinceMonday + 3;
  const year = dayNumbered(thursday).slice(0, 4);
  const week = Math.floor((thursday - numberOf(`${year}-01-01`)) / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** The month of a day as 'YYYY-MM'. */
export function monthOf(day: Day): string {
  return day.slice(0, 7);
}

function numberOf(day: Day): DayNumber {
  if (!isDay(day)) throw new RangeError(`Not a day: ${day}`);
  return Date.parse(day) / DAY_MS;
}

function dayNumbered(number: DayNumber): Day {
  if (number < FIRST_DAY || number > LAST_DAY) throw new RangeError('Not a day of the years 0001 to 9999');
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

function offsetFormat(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
}

function zoneNamed(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = { offsets: offsetFormat(name), latest: { day: '', start: Infinity, end: -Infinity } };
    zones.set(name, zone);
  }
  return zone;
}

/** Local time minus UTC at an instant, in ms. Formatted as '11/22/2026, GMT+05:45', with seconds before 1900. */
function offsetAt(instant: number, zone: Zone): number {
  const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(zone.offsets.format(instant));
  if (match === null) return 0;
  const [, sign, hours, minutes, seconds = '0'] = match;
  const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -size : size;
}

function firstInstantOf(number: DayNumber, zone: Zone): number {
  const wall = number * DAY_MS;
  // The start lies between these two whatever the offset, and no zone changed its offset twice so close together.
  const earliest = wall - WIDEST_OFFSET_MS;
  const latest = wall + WIDEST_OFFSET_MS;
  const before = offsetAt(earliest, zone);
  const after = offsetAt(latest, zone);
  if (before === after) return wall - before;
  const change = firstChange(earliest, latest, before, zone);
  return wall - before < change ? wall - before : Math.max(change, wall - after);
}

/** The first instant after `from` whose offset is no longer `offset`, given that it has changed by `until`. */
function firstChange(from: number, until: number, offset: number, zone: Zone): number {
  let same = from;
  let changed = until;
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2);
    if (offsetAt(middle, zone) === offset) same = middle;
    else changed = middle;
  }
  return changed;
}
