// Refusals as `application/problem+json` (RFC 9457).
import { type FieldError, PROBLEMS, type Problem, type ProblemCode } from '../contracts/problems.ts';
import { type Answer, jsonAnswer } from './answer.ts';

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
