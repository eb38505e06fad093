// The answers that shoppers get: on to somewhere, or a page that says that there is nothing.
import type { Answer } from '../../lib/http/answer.ts';

const HEADERS = {
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer-when-downgrade',
  'x-robots-tag': 'noindex',
} as const;

export const redirectTo = (location: string, cookies: readonly string[] = []): Answer => ({
  status: 302,
  headers: { ...HEADERS, location },
  cookies,
});

/** A link that was never there, or that has ended without anywhere else to go. */
export const notFound = async (): Promise<Answer> => ({
  status: 404,
  headers: {
    ...HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
  },
  body: (await import('./not-found-page.ts')).notFoundPage,
});
