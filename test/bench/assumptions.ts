// What the dollars take for granted and no test can measure without an account: sizes, durations, shares, counts.

export const GB = 1e9;
/** Days of a mean month. */
export const MONTH_DAYS = 365.25 / 12;
/** DynamoDB bills each item, and each entry of an index, this much above its own bytes. */
export const ITEM_OVERHEAD_BYTES = 100;

export const assumed = {
  /** Lambda functions that answer requests: 512 MB, and how long a warm one takes, waiting for the table included. */
  memoryGb: 0.5,
  clickMs: 12,
  orderEventMs: 80,
  /** Of invocations that start a new process; their start is billed too. */
  coldShare: 0.001,
  coldStartMs: 400,
  /** The night's workers: 1,769 MB are one whole vCPU. */
  nightMemoryGb: 1769 / 1024,
  /** Waiting for one request to the table, where a job asks one after another. */
  tableRequestMs: 5,
  merchantsPerWorker: 25,
  workerStartMs: 600,

  /** Of clicks whose link is not in the warm function: a link is read once a minute by each of them. */
  linkMissShare: 0.1,
  /** A line of the access log (infra/api.ts) with 26 bytes that CloudWatch adds; a test measures one. */
  accessLogBytes: 160,
  accessLogMonths: 1,
  /** A 302 with its Location, its cookie and what TLS adds. */
  answerBytes: 900,
  /** Clicks are kept 400 days. */
  clickMonths: 400 / MONTH_DAYS,

  /** The events a shop sends for 100 orders, by topic. What is not measured is left out of the mix. */
  eventMix: {
    ...{ 'orders/create': 100, 'orders/paid': 100, 'orders/updated': 60 },
    ...{ 'refunds/create': 8, 'orders/edited': 2, 'orders/cancelled': 2 },
  } as Readonly<Record<string, number>>,

  /** What stands in an account month by month, used or not. */
  alarms: 23,
  /** Own metrics that say something every hour; the others are paid for in hours when something is wrong. */
  ownMetrics: 1,
  dashboards: 1,
  freeDashboards: 3,
  secrets: 2,
  ownKeys: 0,
  idleTableGb: 0.01,
  sweepMinutes: 5,
  /** Secrets are read once by each process that starts. */
  secretReadsPerMonth: 1_000,
} as const;
