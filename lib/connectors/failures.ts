// Why a delivery was not applied, in the same words whatever the platform. No value of a payload: it may be personal.
import type { Normalised } from './connector.ts';

/** Longer lists of problems add nothing for who reads them, and the event's item must stay small. */
const LONGEST_DETAIL = 2000;

export const failed = (reason: string, detail: string): Normalised => ({
  outcome: 'failed',
  reason,
  detail: detail.slice(0, LONGEST_DETAIL),
});

/** `problems` are `field: what is wrong`, all of them at once. */
export const invalid = (problems: readonly string[]): Normalised => failed('invalid_payload', problems.join('; '));

/** The problems zod found, by the path of the field. */
export const issuesOf = (error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}): readonly string[] => error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);

export const unknownCurrency = (currency: string | null | undefined): Normalised =>
  failed('unknown_currency', currency ? 'The currency is no ISO 4217 code.' : 'No currency is named.');

export const ignored = (reason: string, detail: string): Normalised => ({ outcome: 'ignored', reason, detail });

/** Which of its platform's topics it is only the sender can say: without, nobody can tell what the body is. */
export const topicMissing = (header: string): Normalised =>
  failed('topic_missing', `The delivery has no header ${header}, so nothing says what its body is.`);

export const ignoredTopic = (topic: string): Normalised =>
  ignored('topic_not_used', `Topic ${topic.slice(0, 100)} changes no order here.`);
