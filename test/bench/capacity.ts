// Capacity units of every operation, and the AWS dollars that follow from them, against their budgets.
import { aimOf, unitsOf } from '../support/access/costs.ts';
import { assumed } from './assumptions.ts';
import {
  idleMerchantsNight,
  idleMonth,
  millionAnswersOut,
  millionClicks,
  millionClicksByEdge,
  millionClicksKept,
  millionOrderEvents,
  millionOrderEventsKept,
  type Parts,
  STANDING,
  totalOf,
} from './dollars.ts';
import type { BenchLine } from './line.ts';
import { PRICES_NOTED } from './prices.ts';
import { type EventUnits, type MeasuredUnits, measureUnits, type Units } from './units.ts';

const UNITS = 'capacity units';
const DOLLARS = `AWS dollars, us-east-1, list of ${PRICES_NOTED}`;
const IDLE_MERCHANTS = 5_000;

/** Dollars a million clicks may cost in requests. */
const CLICK_BUDGET = 2.1;
/** 5,000 idle merchants cost cents a night. */
const NIGHT_BUDGET = 0.1;
/** Read units of an order event: a fifth of a write unit's price each, so that they never cost as much as the writes. */
const EVENT_READS = 14;
/** Dollars a million order events of the mix, what they leave in a year, and what stands in an idle month. */
const EVENTS_BUDGET = 8.5;
const EVENTS_KEPT_BUDGET = 10;
const STANDING_BUDGET = 4;
/** Of an idle month, what grows with nothing: schedules and storage. */
const IDLE_BUDGET = 0.25;

type Budget = NonNullable<BenchLine['budget']>;

const unitLines = (name: string, units: Omit<Units, 'requests'>, budgets: { w?: Budget; r?: Budget } = {}) => {
  const line = (value: number, unit: string, budget: Budget | undefined): BenchLine => ({
    ...{ section: UNITS, name, value, unit },
    ...(budget && { budget }),
  });
  return [line(units.writeUnits, 'WRU', budgets.w), line(units.readUnits, 'RRU', budgets.r)];
};

const isClick = ({ bodyBytes, title }: EventUnits): boolean => bodyBytes === 0 && title.startsWith('A click');
const isOrderEvent = ({ bodyBytes }: EventUnits): boolean => bodyBytes > 0;

const eventLines = (event: EventUnits): BenchLine[] => {
  if (isClick(event)) return unitLines(event.title, event, { w: { most: 1 }, r: { most: 0.5 } });
  const { writeUnits, markUnits, title } = event;
  const busy = { ...event, writeUnits: writeUnits - markUnits };
  const lines = unitLines(
    title,
    busy,
    isOrderEvent(event) ? { w: { most: aimOf(event) }, r: { most: EVENT_READS } } : {},
  );
  const note = `and ${markUnits} for marking its days, once in 20 s a merchant and function`;
  return lines.map((line) => (line.unit === 'WRU' && markUnits > 0 ? { ...line, note } : line));
};

const operationLines = ({ asked, closingHour, idleHour, sweep, report }: MeasuredUnits): BenchLine[] => [
  ...unitLines("Closing an idle merchant's day", closingHour.perMerchant, { w: { most: 4 }, r: { most: 20 } }),
  ...unitLines('An hour that finds nothing to close, for each merchant', idleHour.perMerchant, {
    w: { most: 0 },
    r: { most: 3 },
  }),
  ...unitLines('A sweep that finds nothing', sweep.fixed, { w: { most: 0 }, r: { most: 16 } }),
  ...unitLines('A report over 30 days of a small merchant', report, { w: { most: 0 }, r: { most: 70 } }),
  ...asked.flatMap(({ pattern, requests }) => unitLines(pattern.name, unitsOf(requests))),
];

const dollarLines = (name: string, parts: Parts, total: Partial<BenchLine> = {}): BenchLine[] => [
  { section: DOLLARS, name, value: totalOf(parts), unit: 'USD', ...total },
  ...Object.entries(parts).map(([part, value]) => ({ section: DOLLARS, name: `  ${part}`, value, unit: 'USD' })),
];

const standingNote = 'alarms and secrets stand whether used or not; the rest is a clock ticking over an empty table';

const idleLines = ({ sweep, idleHour, closingHour }: MeasuredUnits): BenchLine[] => {
  const month = idleMonth(sweep, idleHour);
  const standing: readonly string[] = STANDING;
  const ticking = Object.fromEntries(Object.entries(month).filter(([name]) => !standing.includes(name)));
  return [
    ...dollarLines('An idle month', month, { note: standingNote, budget: { most: STANDING_BUDGET } }),
    {
      ...{ section: DOLLARS, name: 'An idle month without what stands anyway', value: totalOf(ticking), unit: 'USD' },
      budget: { most: IDLE_BUDGET },
    },
    ...dollarLines(
      `A night and its day of ${IDLE_MERCHANTS} idle merchants`,
      idleMerchantsNight(IDLE_MERCHANTS, closingHour, idleHour),
      { budget: { most: NIGHT_BUDGET } },
    ),
  ];
};

const mixNote = () =>
  Object.entries(assumed.eventMix)
    .map(([topic, count]) => `${topic} ${count}`)
    .join(', ');

/** The lines of what was measured. */
const linesOf = (measured: MeasuredUnits): BenchLine[] => {
  const orders = measured.events.filter(isOrderEvent);
  const clicks = measured.events.filter(isClick).sort((a, b) => b.readUnits - a.readUnits);
  const [cold, warm] = [clicks[0], clicks.at(-1)];
  if (!cold || !warm) throw new Error('no click was measured');
  const byEdge = millionClicksByEdge(cold, warm);
  return [
    ...measured.events.flatMap(eventLines),
    ...operationLines(measured),
    ...dollarLines('A million clicks', millionClicks(cold, warm), { budget: { most: CLICK_BUDGET } }),
    {
      ...{
        section: DOLLARS,
        name: 'Sending a million answers out',
        value: millionAnswersOut(),
        unit: 'USD',
        budget: { most: 0.1 },
      },
      note: 'the first 100 GB a month are free: some hundred million clicks',
    },
    ...dollarLines('A million clicks by CloudFront, of its free ten million a month', byEdge.free, {
      ...{
        budget: { most: CLICK_BUDGET },
        note: 'sending out included; two million runs of its function are free too',
      },
    }),
    ...dollarLines('A million clicks by CloudFront, after those', byEdge.after, {
      note: 'sending out included; requests at the price of the United States',
    }),
    ...dollarLines('A million clicks kept 400 days', millionClicksKept(warm), { budget: { most: 3.5 } }),
    ...dollarLines("A million events of shops' orders", millionOrderEvents(orders), {
      note: `for 100 orders: ${mixNote()}`,
      budget: { most: EVENTS_BUDGET },
    }),
    ...dollarLines("What a million events of shops' orders leave, kept a year", millionOrderEventsKept(orders), {
      budget: { most: EVENTS_KEPT_BUDGET },
    }),
    ...idleLines(measured),
  ];
};

/** Measures everything over the embedded engine, in some seconds, and prices it. */
export const capacityLines = async (): Promise<BenchLine[]> => linesOf(await measureUnits());
