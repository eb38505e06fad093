// The small files that browsers and crawlers ask every host for, whatever its links.
import type { Answer } from '../../lib/http/answer.ts';

/**
 * Links are let through on purpose: that they are not for indexing stands in each answer's X-Robots-Tag, which only those
 * who may ask get to read, and the unfurlers that obey this file (X's, for one) would show no preview of a post's link.
 */
const ROBOTS = `User-agent: *
Disallow: /v1/
Disallow: /webhooks/
`;

/** A stream with its tributaries. */
const ICON_SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 1l6 6v8m6-14l-6 6" fill="none" stroke="#1d5f8a" stroke-width="2"/></svg>';

/** The same in 16 pixels, for browsers that take no SVG: an ICO with a PNG inside. */
const ICON_ICO =
  'AAABAAEAEBACAAEAAQB9AAAAFgAAAIlQTkcNChoKAAAADUlIRFIAAAAQAAAAEAEDAAAAJT1tIgAAAAZQTFRF////HV+KcXLI+AAAAAF0Uk5TAEDm2GYA' +
  'AAAlSURBVHjaY2BgYFBgYTDgYZCQYOAxYGBLYGA+wMDYgAUBxRkYAHw1BkCOBGkCAAAAAElFTkSuQmCC';

const FILES: Readonly<Record<string, readonly [contentType: string, body: string | Uint8Array]>> = {
  'robots.txt': ['text/plain; charset=utf-8', ROBOTS],
  'favicon.svg': ['image/svg+xml', ICON_SVG],
  'favicon.ico': ['image/vnd.microsoft.icon', Buffer.from(ICON_ICO, 'base64')],
};

/** The file of that name at the root of the short domain. */
export const siteFile = (name: string): Answer | undefined => {
  const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  return (
    file && {
      status: 200,
      headers: {
        'content-type': file[0],
        'cache-control': 'public, max-age=86400',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'",
      },
      body: file[1],
    }
  );
};
