// What a hit on a short link is (a person, a bot, an unfurler ...), decided on reading from the inputs stored with it.
import { type DeviceClass, deviceOf, type OsFamily, osOf } from './agent-device.ts';
import { CLICK_RULES } from './click-rules.ts';

/** One request to a short link, as stored. */
export interface Hit {
  /** Birth day + keyed hash; null for a hit with GPC or DNT, which belongs to no journey. */
  readonly visitor: string | null;
  /** When it came, in milliseconds since the epoch. */
  readonly at: number;
  readonly linkId: string;
  /** Tells apart hits of one visitor in the same millisecond. */
  readonly suffix: string;
  readonly method: 'GET' | 'HEAD';
  /** Cut to 300 bytes when stored. */
  readonly userAgent: string | null;
  /** `Sec-Purpose`, `Purpose`, `X-Purpose` or `X-Moz` as it came. */
  readonly purpose: string | null;
  /** Imported history often has no user agent, and is trusted to be of people. */
  readonly imported: boolean;
  /** Came without a cookie, within 10 s of one from the same address and browser: seen by the process that took both. */
  readonly repeat: boolean;
  /** Where it came from: the host that linked, the country that the CDN names, the language preferred (`de`). */
  readonly referrerHost: string | null;
  readonly country: string | null;
  readonly language: string | null;
}

/** `internal` is the merchant's own traffic, by the visitors it lists. */
export type HitKind = 'human' | 'bot' | 'preview' | 'prefetch' | 'probe' | 'duplicate' | 'internal';

/** What a hit was found to be, and the code of the rule that said so. */
export interface HitLabel {
  readonly kind: HitKind;
  readonly reason: string;
}

/** Changes with any rule, so that roll-ups made under older rules are known for what they are. */
export const CLICK_RULES_VERSION = 'clicks-3';

/** What a user agent says, however many hits carry it. */
export interface Agent {
  /** What a hit with it is, unless the request itself says otherwise. */
  readonly label: HitLabel;
  readonly device: DeviceClass;
  readonly os: OsFamily;
  /** The app whose built-in browser it is; null for a browser by itself. */
  readonly app: string | null;
}

/** What rules ask that the hit itself doesn't say. */
export interface HitJudges {
  /** `readAgent`, with answers remembered: a day has far fewer user agents than hits. */
  readonly agentOf: (userAgent: string) => Agent;
  /** Whether the merchant lists this visitor as its own. */
  readonly isInternal: (visitor: string) => boolean;
}

const requestRules = CLICK_RULES.flatMap((rule) => ('request' in rule ? [rule] : []));
const agentRules = CLICK_RULES.flatMap((rule) => ('agent' in rule ? [rule] : []));

/** Labels are handed out as they are: a day's count asks for a million. */
const labels = new Map<object, HitLabel>(CLICK_RULES.map((rule) => [rule, { kind: rule.kind, reason: rule.reason }]));
const labelOf = (rule: object): HitLabel => labels.get(rule) as HitLabel;

/**
 * Reads a user agent, which must not be empty. `isBot` judges those that no rule here knows; it is an argument because
 * the list it holds comes from outside.
 */
export const readAgent = (text: string, isBot: (userAgent: string) => boolean): Agent => {
  const userAgent = text.trim();
  const rule = agentRules.find(({ agent }) => agent(userAgent, isBot));
  if (!rule) throw new Error('the last rule is of any user agent');
  const os = osOf(userAgent);
  return { label: labelOf(rule), device: deviceOf(userAgent, os), os, app: rule.app ?? null };
};

/** What one hit is by itself. A repeat by the same visitor depends on the hits before: see traffic.ts. */
export const classify = (hit: Hit, judges: HitJudges): HitLabel => {
  const rule = requestRules.find(({ request }) => request(hit, judges));
  return rule ? labelOf(rule) : judges.agentOf(hit.userAgent ?? '').label;
};
