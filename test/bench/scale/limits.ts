// What AWS lets an account do unless it asks for more, and what rates need of it.

export const limits = {
  /** Requests a second of all HTTP APIs of an account and region. https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
  apiRequests: 10_000,
  /** Concurrent executions of an account and region; new accounts begin lower. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  concurrency: 1_000,
  /** Requests a second for each concurrent execution, of the account's or of a function's reserved ones. */
  requestsPerConcurrency: 10,
  /** Executions that a function may add in ten seconds. https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
  newExecutions: 1_000,
  /** Write units a second of one on-demand table, and as many read units. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
  tableUnits: 40_000,
  /** Seconds a function may run. */
  runSeconds: 900,
} as const;

/** Concurrent executions at a rate: requests a second times seconds each (Little's law). */
export const busy = (perSecond: number, milliseconds: number): number => (perSecond * milliseconds) / 1000;

/** Concurrency a function must be allowed: those busy, and a tenth of the rate, whichever is more. */
export const concurrencyNeeded = (perSecond: number, milliseconds: number): number =>
  Math.ceil(Math.max(busy(perSecond, milliseconds), perSecond / limits.requestsPerConcurrency));

/** Read units a second on one link's item when every busy function reads it once a minute, half a unit each. */
export const linkReads = (perSecond: number, milliseconds: number): number => busy(perSecond, milliseconds) / 60 / 2;
