// What the browser script sends in one go: events of one visit, read strictly, each value within bounds.

/** A visit's part of what a batch tells, as it is stored. Each is absent where it is 0. */
export interface VisitFacts {
  /** Landing pages opened with a click. */
  readonly visits?: number;
  /** Further pages of the visit. */
  readonly pages?: number;
  /** Seconds in view and attended to. */
  readonly seconds?: number;
  readonly signups?: number;
}

export interface Batch {
  readonly merchantId: string;
  /** As sent: whose it is, the table's keys tell. Null for a visit that must not be followed, or without a click. */
  readonly clickId: string | null;
  readonly facts: VisitFacts;
  /** What the shop's page says of consent, if it does; the last one holds. */
  readonly consent: boolean | null;
}

export const LARGEST_BATCH_BYTES = 8_192;
export const MOST_EVENTS = 20;
/** An hour of one page without leaving it once is nobody's. */
export const MOST_SECONDS = 3_600;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Told = { readonly facts: VisitFacts } | { readonly consent: boolean };

const COUNTED = { visit: 'visits', page: 'pages', signup: 'signups' } as const;

/** One event; undefined when it is none. */
const eventOf = (event: unknown): Told | undefined => {
  if (!isFields(event)) return undefined;
  const { type, seconds, given } = event;
  if (type === 'visit' || type === 'page' || type === 'signup') return { facts: { [COUNTED[type]]: 1 } };
  if (type === 'consent') return typeof given === 'boolean' ? { consent: given } : undefined;
  if (type !== 'engaged' || !Number.isInteger(seconds)) return undefined;
  const counted = Number(seconds);
  return counted > 0 && counted <= MOST_SECONDS ? { facts: { seconds: counted } } : undefined;
};

const FACTS = ['visits', 'pages', 'seconds', 'signups'] as const;

/** Adds facts up; what is 0 stays absent. */
export const addFacts = (a: VisitFacts, b: VisitFacts): VisitFacts =>
  Object.fromEntries(
    FACTS.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)] as const).filter(([, count]) => count > 0),
  );

/** The batch that a body tells of; undefined for what is none. Fields it does not know are passed over: scripts are cached. */
export const batchOf = (body: unknown): Batch | undefined => {
  if (!isFields(body)) return undefined;
  const { merchant, click = '', events } = body;
  if (typeof merchant !== 'string' || !/^mer_\w{1,40}$/.test(merchant)) return undefined;
  if (typeof click !== 'string' || !/^(clk_[\w-]{1,200})?$/.test(click)) return undefined;
  if (!Array.isArray(events) || events.length === 0 || events.length > MOST_EVENTS) return undefined;
  const told = events.map(eventOf);
  if (!told.every((one) => one !== undefined)) return undefined;
  const facts = told.map((one) => ('facts' in one ? one.facts : {})).reduce(addFacts, {});
  const consent =
    told.map((one) => ('consent' in one ? one.consent : null)).findLast((given) => given !== null) ?? null;
  return {
    merchantId: merchant,
    clickId: click || null,
    facts: facts.seconds === undefined ? facts : { ...facts, seconds: Math.min(facts.seconds, MOST_SECONDS) },
    consent,
  };
};
