// From measured units to AWS dollars, by the price table and the named assumptions; nothing here measures.
import { assumed, GB, ITEM_OVERHEAD_BYTES, MONTH_DAYS } from './assumptions.ts';
import { dollarsFor, prices } from './prices.ts';
import type { EventUnits, JobUnits, Units } from './units.ts';

/** What makes up a sum of dollars. */
export type Parts = Readonly<Record<string, number>>;

const MILLION = 1e6;

export const totalOf = (parts: Parts): number => Object.values(parts).reduce((sum, dollars) => sum + dollars, 0);

const lambdaDollars = (gb: number, seconds: number) => dollarsFor(prices.lambdaDuration, gb * seconds);

/** A million invocations of so many milliseconds each, the start of new processes included. */
const millionRuns = (milliseconds: number): Parts => ({
  'Lambda requests': dollarsFor(prices.lambdaRequests, MILLION),
  'Lambda duration': lambdaDollars(assumed.memoryGb, (milliseconds / 1000) * MILLION),
  'Lambda cold starts': lambdaDollars(assumed.memoryGb, (assumed.coldStartMs / 1000) * assumed.coldShare * MILLION),
});

/** A million requests through API Gateway with a line of the access log each; functions log nothing while all is well. */
const millionRequests = (milliseconds: number): Parts => {
  const loggedGb = (assumed.accessLogBytes * MILLION) / GB;
  return {
    'API Gateway': dollarsFor(prices.httpApi, MILLION),
    ...millionRuns(milliseconds),
    'access log':
      dollarsFor(prices.accessLogs, loggedGb) + dollarsFor(prices.logStorage, loggedGb * assumed.accessLogMonths),
  };
};

const millionUnits = ({ writeUnits, readUnits }: Omit<Units, 'requests'>): Parts => ({
  'write units': dollarsFor(prices.writeUnits, writeUnits * MILLION),
  'read units': dollarsFor(prices.readUnits, readUnits * MILLION),
});

/** Keeping so many items of so many bytes together for some months, backups included. */
const keepingMillion = (bytes: number, items: number, months: number): Parts => {
  const gbMonths = ((bytes + items * ITEM_OVERHEAD_BYTES) * MILLION * months) / GB;
  return { storage: dollarsFor(prices.tableStorage, gbMonths), backups: dollarsFor(prices.tableBackup, gbMonths) };
};

/** A million clicks, of which the stated share has to read its link. */
export const millionClicks = (cold: Units, warm: Units): Parts => {
  const of = (name: 'writeUnits' | 'readUnits') =>
    cold[name] * assumed.linkMissShare + warm[name] * (1 - assumed.linkMissShare);
  return {
    ...millionRequests(assumed.clickMs),
    ...millionUnits({ writeUnits: of('writeUnits'), readUnits: of('readUnits') }),
  };
};

/** What CloudFront asks for a million clicks once its free ten million a month are used up, sending answers out included. */
const millionAtTheEdge = (): Parts => ({
  'CloudFront requests': dollarsFor(prices.edgeRequests, MILLION),
  'CloudFront function': dollarsFor(prices.edgeFunctions, MILLION),
  'CloudFront, sending out': dollarsFor(prices.edgeTransferOut, (assumed.answerBytes * MILLION) / GB),
});

/**
 * A million clicks by CloudFront and the function's own URL, with no API Gateway and no access log: within what CloudFront
 * gives free each month (its function's runs beyond two million are paid), and after it.
 */
export const millionClicksByEdge = (cold: Units, warm: Units): { readonly free: Parts; readonly after: Parts } => {
  const { 'API Gateway': _gateway, 'access log': _log, ...run } = millionClicks(cold, warm);
  const edge = millionAtTheEdge();
  return { free: { ...run, 'CloudFront function': edge['CloudFront function'] ?? 0 }, after: { ...run, ...edge } };
};

/** Sending the answers of a million clicks out, once the month's free 100 GB are used up. */
export const millionAnswersOut = (): number => dollarsFor(prices.transferOut, (assumed.answerBytes * MILLION) / GB);

/** A million clicks kept until they expire. */
export const millionClicksKept = ({ keptBytes, keptItems }: EventUnits): Parts =>
  keepingMillion(keptBytes, keptItems, assumed.clickMonths);

const topicOf = ({ title }: EventUnits): string => /`([a-z_]+\/[a-z_]+)`/.exec(title)?.[1] ?? '';

/** Each measured event's share of all, by the mix; several of one topic have equal parts in its share. */
export const sharesOf = (events: readonly EventUnits[]): Map<EventUnits, number> => {
  const topics = events.map(topicOf);
  const weights = topics.map(
    (topic) => (assumed.eventMix[topic] ?? 0) / topics.filter((other) => other === topic).length,
  );
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  if (all === 0) throw new Error('no measured event is of a topic of the mix');
  return new Map(events.map((event, i) => [event, (weights[i] ?? 0) / all]));
};

const mean = (shares: ReadonlyMap<EventUnits, number>, of: (event: EventUnits) => number): number =>
  [...shares].reduce((sum, [event, share]) => sum + share * of(event), 0);

/** A million events of shops, in the stated mix. */
export const millionOrderEvents = (events: readonly EventUnits[]): Parts => {
  const shares = sharesOf(events);
  const units = {
    writeUnits: mean(shares, ({ writeUnits }) => writeUnits),
    readUnits: mean(shares, ({ readUnits }) => readUnits),
  };
  return { ...millionRequests(assumed.orderEventMs), ...millionUnits(units) };
};

/** What a million events of shops leave in the table, kept for a year; the index's entries are left out. */
export const millionOrderEventsKept = (events: readonly EventUnits[]): Parts => {
  const shares = sharesOf(events);
  return keepingMillion(
    mean(shares, ({ keptBytes }) => keptBytes),
    mean(shares, ({ keptItems }) => keptItems),
    12,
  );
};

const tableUnits = ({ writeUnits, readUnits }: Omit<Units, 'requests'>): number =>
  dollarsFor(prices.writeUnits, writeUnits) + dollarsFor(prices.readUnits, readUnits);

/** Runs a month of a scheduled job that finds nothing to do, the scheduler included. */
const scheduled = (runs: number, { fixed }: JobUnits, memoryGb: number): Parts => ({
  scheduler: dollarsFor(prices.schedules, runs),
  // A process that wakes every few minutes is often a new one.
  Lambda:
    dollarsFor(prices.lambdaRequests, runs) +
    lambdaDollars(memoryGb, (runs * (assumed.coldStartMs + fixed.requests * assumed.tableRequestMs)) / 1000),
  'table units': tableUnits(fixed) * runs,
});

const labelled = (label: string, parts: Parts): Parts =>
  Object.fromEntries(Object.entries(parts).map(([name, dollars]) => [`${label}: ${name}`, dollars]));

/** An account with the service in it and nobody using it, for a month. */
export const idleMonth = (sweep: JobUnits, idleHour: JobUnits): Parts => ({
  alarms: dollarsFor(prices.alarms, assumed.alarms),
  'own metrics': dollarsFor(prices.metrics, assumed.ownMetrics),
  dashboards: dollarsFor(prices.dashboards, Math.max(0, assumed.dashboards - assumed.freeDashboards)),
  secrets: dollarsFor(prices.secrets, assumed.secrets) + dollarsFor(prices.secretCalls, assumed.secretReadsPerMonth),
  'own keys': dollarsFor(prices.keys, assumed.ownKeys),
  ...labelled('sweep', scheduled((MONTH_DAYS * 24 * 60) / assumed.sweepMinutes, sweep, assumed.memoryGb)),
  ...labelled('night', scheduled(MONTH_DAYS * 24, idleHour, assumed.nightMemoryGb)),
  'table storage':
    dollarsFor(prices.tableStorage, assumed.idleTableGb) + dollarsFor(prices.tableBackup, assumed.idleTableGb),
});

/** What of an idle month is there however little is used, and does not grow with use. */
export const STANDING = ['alarms', 'own metrics', 'dashboards', 'secrets', 'own keys'] as const;

/** One day's closing of merchants that nothing happened to, and the 23 hours that find nothing to close. */
export const idleMerchantsNight = (merchants: number, closing: JobUnits, idle: JobUnits): Parts => {
  const workers = Math.ceil(merchants / assumed.merchantsPerWorker);
  const seconds = (job: JobUnits) =>
    ((job.fixed.requests + merchants * job.perMerchant.requests) * assumed.tableRequestMs) / 1000;
  const units = (job: JobUnits) => tableUnits(job.fixed) + merchants * tableUnits(job.perMerchant);
  return {
    'table units, closing': units(closing),
    'table units, 23 hours of looking': 23 * units(idle),
    Lambda:
      dollarsFor(prices.lambdaRequests, workers + 24) +
      lambdaDollars(
        assumed.nightMemoryGb,
        seconds(closing) + 23 * seconds(idle) + ((workers + 24) * assumed.workerStartMs) / 1000,
      ),
  };
};
