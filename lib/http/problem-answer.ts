// Refusals as `application/problem+json` (RFC 9457).
import { PROBLEMS, type ProblemCode } from '../contracts/problem-codes.ts';
import type { FieldError, Problem } from '../contracts/problems.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import type { Request } from './request.ts';

/** What there is to say of a request that no route takes. */
export const nothingAt = ({ method, path }: Pick<Request, 'method' | 'path'>): string =>
  `There is nothing at ${method} ${path.slice(0, 200)}; see /docs for what there is`;

/** The problem document of a code. */
export const problemOf = (
  code: ProblemCode,
  detail: string,
  requestId: string,
  errors?: readonly FieldError[],
): Problem => {
  const [status, title] = PROBLEMS[code];
  const type = `urn:tributary:problem:${code}`;
  return { type, title, status, detail, code, requestId, ...(errors && { errors: [...errors] }) };
};

/** `application/problem+json`, with Retry-After where waiting helps. */
export const problemAnswer = (problem: Problem): Answer =>
  jsonAnswer(problem.status, problem, {
    'content-type': 'application/problem+json; charset=utf-8',
    ...(problem.status === 503 && { 'retry-after': '5' }),
    ...(problem.status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(problem.code === 'idempotency_in_progress' && { 'retry-after': '1' }),
  });
