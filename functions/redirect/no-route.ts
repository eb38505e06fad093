// What a program is told that asks where there is no route: what the API would say.
import type { Answer } from '../../lib/http/answer.ts';
import { nothingAt, problemAnswer, problemOf } from '../../lib/http/problem-answer.ts';
import type { Request } from '../../lib/http/request.ts';

const OF_THE_API = /^\/(?:v1|webhooks|docs)(?:\/|$)/;

/** Whether a program asks, and no shopper. */
export const isForPrograms = ({ method, path }: Request): boolean =>
  (method !== 'GET' && method !== 'HEAD') || OF_THE_API.test(path);

export const noRoute = (request: Request): Answer => {
  const answer = problemAnswer(problemOf('not_found', nothingAt(request), request.requestId));
  return { ...answer, headers: { ...answer.headers, 'x-content-type-options': 'nosniff' } };
};
