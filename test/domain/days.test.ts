import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  countDays,
  dayOf,
  daysFrom,
  isDay,
  isTimeZone,
  monthOf,
  startOfDay,
  weekOf,
} from '../../lib/domain/days.ts';

/** Half-hour shifts, midnight shifts, 00:01 shifts, skipped and repeated days, odd offsets, far east and far west. */
const AWKWARD_ZONES = [
  'UTC',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Havana',
  'America/Scoresbysund',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Amman',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Asia/Pyongyang',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Europe/Dublin',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Kwajalein',
  '-03:30',
];

const anyZone = fc.constantFrom(...AWKWARD_ZONES);
const anyInstant = fc.integer({ min: Date.UTC(1965, 0), max: Date.UTC(2040, 0) });
const anyDay = fc
  .integer({ min: Date.UTC(1965, 0), max: Date.UTC(2040, 0) })
  .map((time) => new Date(time).toISOString().slice(0, 10));

const startsAt = (day: string, zone: string) => new Date(startOfDay(day, zone)).toISOString();

/** The date on the wall, formatted by a path of Intl that the code under test does not use. */
function wallDate(instant: number, zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(instant);
}

describe('isDay', () => {
  it.each(['2026-11-20', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('accepts %s', (text) => {
    expect(isDay(text)).toBe(true);
  });

  it.each([
    ...['2026-02-31', '2026-02-29', '1900-02-29', '2026-13-01', '2026-00-10', '2026-01-00', '2026-01-32'],
    ...['0000-01-01', '-001-01-01', '+002026-01-01', '10000-01-01', '2026-1-1', '20260101', '2026-W01', '2026-11'],
    ...['', ' 2026-11-20', '2026-11-20\n', '2026-11-20T00:00:00Z', 'today', '２026-11-20'],
  ])('refuses %j', (text) => {
    expect(isDay(text)).toBe(false);
  });
});

describe('isTimeZone', () => {
  it.each(['UTC', 'Europe/Berlin', 'europe/berlin', 'US/Pacific', 'Etc/GMT+5', '+05:30'])('accepts %s', (zone) => {
    expect(isTimeZone(zone)).toBe(true);
  });

  it.each(['', 'Berlin', 'Europe/Atlantis', '+5', '+25:00', 'UTC ', 'constructor'])('refuses %j', (zone) => {
    expect(isTimeZone(zone)).toBe(false);
  });
});

describe('dayOf', () => {
  it.each([
    ['2026-11-20T23:59:59.999Z', 'UTC', '2026-11-20'],
    ['2026-11-21T00:00:00.000Z', 'UTC', '2026-11-21'],
    ['2026-11-21T04:59:59.999Z', 'America/New_York', '2026-11-20'],
    ['2026-11-20T18:15:00.000Z', 'Asia/Kathmandu', '2026-11-21'],
    ['2026-11-20T10:00:00.000Z', 'Pacific/Kiritimati', '2026-11-21'],
    ['0001-01-01T00:00:00.000Z', 'UTC', '0001-01-01'],
    ['9999-12-31T23:59:59.999Z', 'UTC', '9999-12-31'],
  ])('puts %s in %s into %s', (instant, zone, day) => {
    expect(dayOf(Date.parse(instant), zone)).toBe(day);
  });

  it('does not mix up zones or days asked for by turns', () => {
    const noon = Date.parse('2026-11-20T12:00:00Z');
    for (const shift of [0, 1, 0, -1, 0, 2]) {
      const instant = noon + shift * 86_400_000;
      expect(dayOf(instant, 'UTC')).toBe(wallDate(instant, 'UTC'));
      expect(dayOf(instant, 'Pacific/Kiritimati')).toBe(wallDate(instant, 'Pacific/Kiritimati'));
    }
  });

  it('gives the date on the wall, but for clocks set back across midnight', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (instant, zone) => {
        const wall = wallDate(instant, zone);
        const day = dayOf(instant, zone);
        // At most an hour before, the wall already showed the new day once.
        if (day !== wall) expect(wallDate(startOfDay(day, zone), zone)).toBe(day);
        expect([wall, addDays(wall, 1)]).toContain(day);
      }),
    );
  });

  it('keeps the second 23:30 with the new day where clocks go back at 00:01', () => {
    const secondHalfPastEleven = Date.parse('2010-11-07T03:00:00Z');
    expect(wallDate(secondHalfPastEleven, 'America/St_Johns')).toBe('2010-11-06');
    expect(dayOf(secondHalfPastEleven, 'America/St_Johns')).toBe('2010-11-07');
  });

  it('throws a RangeError for an unknown zone and for no instant', () => {
    expect(() => dayOf(0, 'Mars/Olympus')).toThrow(RangeError);
    expect(() => dayOf(Number.NaN, 'UTC')).toThrow(RangeError);
    expect(() => dayOf(Date.parse('9999-12-31T23:59:59.999Z') + 1, 'UTC')).toThrow(RangeError);
  });
});

describe('startOfDay', () => {
  it.each([
    ['2026-11-20', 'UTC', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20', 'America/New_York', '2026-11-20T05:00:00.000Z'],
    ['2026-11-20', '+05:30', '2026-11-19T18:30:00.000Z'],
    ['1883-11-18', 'America/New_York', '1883-11-18T04:56:02.000Z'],
  ])('of %s in %s is %s', (day, zone, start) => {
    expect(startsAt(day, zone)).toBe(start);
  });

  it.each([
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z'],
    ['Asia/Beirut', '2022-03-27', '2022-03-26T22:00:00.000Z'],
    ['Africa/Cairo', '2024-04-26', '2024-04-25T22:00:00.000Z'],
  ])('is 01:00 where midnight does not exist (%s %s)', (zone, day, start) => {
    expect(startsAt(day, zone)).toBe(start);
    const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, timeStyle: 'short' });
    expect(clock.format(startOfDay(day, zone))).toBe('01:00');
  });

  it('is the first midnight where there are two', () => {
    // Havana sets its clocks from 01:00 back to 00:00.
    expect(startsAt('2025-11-02', 'America/Havana')).toBe('2025-11-02T04:00:00.000Z');
    expect(startsAt('2025-11-03', 'America/Havana')).toBe('2025-11-03T05:00:00.000Z');
  });

  it('of a day that was skipped is the start of the next', () => {
    expect(startsAt('2011-12-30', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
    expect(startsAt('2011-12-31', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
    expect(dayOf(startOfDay('2011-12-30', 'Pacific/Apia'), 'Pacific/Apia')).toBe('2011-12-31');
  });

  it('throws a RangeError for what is no day', () => {
    expect(() => startOfDay('2026-02-31', 'UTC')).toThrow(RangeError);
  });
});

describe('the days of a zone', () => {
  it('hold every instant between their start and the next', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (instant, zone) => {
        const day = dayOf(instant, zone);
        expect(startOfDay(day, zone)).toBeLessThanOrEqual(instant);
        expect(instant).toBeLessThan(startOfDay(addDays(day, 1), zone));
      }),
      { numRuns: 2000 },
    );
  });

  it('tile the time line: a day begins where the one before it ends, and never before it', () => {
    fc.assert(
      fc.property(anyDay, anyZone, (day, zone) => {
        const start = startOfDay(day, zone);
        const end = startOfDay(addDays(day, 1), zone);
        expect(start).toBeLessThanOrEqual(end);
        if (start === end) return; // a skipped day holds nothing
        expect(dayOf(start, zone)).toBe(day);
        expect(dayOf(end - 1, zone)).toBe(day);
        expect(dayOf(start - 1, zone) < day).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('agree with a minute-by-minute look at the clock around every kind of change', () => {
    const changes: ReadonlyArray<readonly [string, string]> = [
      ['America/Sao_Paulo', '2018-11-04'],
      ['America/Sao_Paulo', '2019-02-17'],
      ['America/St_Johns', '2010-11-07'],
      ['America/Scoresbysund', '2024-10-27'],
      ['Australia/Lord_Howe', '2025-04-06'],
      ['Asia/Pyongyang', '2018-05-05'],
      ['Pacific/Apia', '2011-12-30'],
      ['Pacific/Kwajalein', '1969-09-30'],
      ['Pacific/Kwajalein', '1993-08-21'],
    ];
    for (const [zone, day] of changes) {
      const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
      let latest = '';
      const from = startOfDay(addDays(day, -1), zone);
      for (let instant = from; instant < from + 4 * 86_400_000; instant += 60_000) {
        const shown = clock.format(instant);
        if (shown > latest) {
          latest = shown;
          expect([zone, startOfDay(shown, zone)]).toEqual([zone, instant]);
        }
        if (dayOf(instant, zone) !== latest)
          expect([zone, instant, dayOf(instant, zone)]).toEqual([zone, instant, latest]);
      }
    }
  });
});

describe('addDays and daysFrom', () => {
  it.each([
    ['2024-02-28', 1, '2024-02-29'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2026-03-01', -1, '2026-02-28'],
    ['0099-12-31', 1, '0100-01-01'],
    ['2026-11-20', 0, '2026-11-20'],
  ])('%s and %i days is %s', (day, n, result) => {
    expect(addDays(day, n)).toBe(result);
  });

  it('throws a RangeError rather than leave years 0001 to 9999', () => {
    expect(() => addDays('9999-12-31', 1)).toThrow(RangeError);
    expect(() => addDays('0001-01-01', -1)).toThrow(RangeError);
  });

  it('lists both ends and everything between', () => {
    expect(daysFrom('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
    expect(daysFrom('2026-03-01', '2026-03-01')).toEqual(['2026-03-01']);
    expect(daysFrom('2026-03-01', '2026-02-28')).toEqual([]);
    expect(countDays('2026-03-01', '2026-02-28')).toBe(0);
    expect(countDays('0001-01-01', '9999-12-31')).toBe(3_652_059);
  });

  it('sorts as text like as time, and adding undoes subtracting', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 5000 }), (day, n) => {
        const later = addDays(day, n);
        expect(later > day).toBe(true);
        expect(addDays(later, -n)).toBe(day);
        expect(daysFrom(day, later)).toHaveLength(n + 1);
        expect(countDays(day, later)).toBe(n + 1);
      }),
    );
  });
});

describe('weekOf and monthOf', () => {
  it.each([
    ['2026-01-01', '2026-W01'],
    ['2025-12-29', '2026-W01'],
    ['2027-01-03', '2026-W53'],
    ['2024-12-30', '2025-W01'],
    ['2021-01-03', '2020-W53'],
    ['2026-11-20', '2026-W47'],
    ['1969-12-28', '1969-W52'],
    ['1969-12-29', '1970-W01'],
    ['0001-01-01', '0001-W01'],
    ['9999-12-31', '9999-W52'],
  ])('%s lies in %s', (day, week) => {
    expect(weekOf(day)).toBe(week);
  });

  it('changes week on Mondays only', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const isMonday = new Date(day).getUTCDay() === 1;
        expect(weekOf(day) !== weekOf(addDays(day, -1))).toBe(isMonday);
        expect(weekOf(day) >= weekOf(addDays(day, -1))).toBe(true);
      }),
    );
  });

  it('cuts the month off the day', () => {
    expect(monthOf('2026-11-20')).toBe('2026-11');
  });
});
