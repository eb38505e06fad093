// What a shopper sees when a link leads nowhere: small, plain, no script, nothing fetched but the icon.
import type { Answer } from '../../lib/http/answer.ts';
import { SHOPPER_HEADERS } from './answers.ts';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Link not found</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>:root{color-scheme:light dark}body{font:18px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem}</style>
<main>
<h1>This link leads nowhere</h1>
<p>It may have been mistyped or have ended. Try the address again, or visit the shop directly.</p>
</main>
</html>
`;

/** A link that was never there, or that has ended without anywhere else to go. */
export const notFound = (): Answer => ({
  status: 404,
  headers: {
    ...SHOPPER_HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
  },
  body: PAGE,
});
