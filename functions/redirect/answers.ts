// The answer that shoppers come for: on to somewhere.
import type { Answer } from '../../lib/http/answer.ts';

/** Of every answer to a shopper: it is theirs alone, and no search engine's. */
export const SHOPPER_HEADERS = {
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer-when-downgrade',
  'x-robots-tag': 'noindex',
} as const;

export const redirectTo = (location: string, cookies: readonly string[] = []): Answer => ({
  status: 302,
  headers: { ...SHOPPER_HEADERS, location },
  cookies,
});
