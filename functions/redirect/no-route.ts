// What a program is told that asks where there is no route, in the API's own words (lib/http/problem-answer.ts, which is not
// loaded for it: a shopper waits for this function's start).
import type { Answer } from '../../lib/http/answer.ts';
import type { Request } from '../../lib/http/request.ts';

const OF_THE_API = /^\/(?:v1|webhooks|docs)(?:\/|$)/;

/** Whether a program asks, and no shopper. */
export const isForPrograms = ({ method, path }: Request): boolean =>
  (method !== 'GET' && method !== 'HEAD') || OF_THE_API.test(path);

export const noRoute = ({ method, path, requestId }: Request): Answer => ({
  status: 404,
  headers: {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  },
  body: JSON.stringify({
    type: 'urn:tributary:problem:not_found',
    title: 'Not found',
    status: 404,
    detail: `There is nothing at ${method} ${path.slice(0, 200)}; see /docs for what there is`,
    code: 'not_found',
    requestId,
  }),
});
