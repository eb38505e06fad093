// What a request that went wrong is answered: a refusal in the caller's words, anything else without internals.
import type { Problem } from '../contracts/problems.ts';
import type { Log } from '../platform/log.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, problemOf } from './problem-answer.ts';
import { isRefusal, isTransient } from './refusal.ts';
import type { Request } from './request.ts';

/** A refusal is the caller's to read; any other error is ours, logged once, here. `part` names an item of a batch. */
export const failureProblem = (log: Log, request: Request, error: unknown, part: { item?: number } = {}): Problem => {
  if (isRefusal(error)) return problemOf(error.code, error.message, request.requestId, error.errors);
  const code = isTransient(error) ? 'unavailable' : 'internal_error';
  log.error('request failed', { requestId: request.requestId, routeKey: request.routeKey, ...part, error });
  return problemOf(code, 'Quote the requestId if this goes on', request.requestId);
};

/** The answer to a request that went wrong. */
export const failureAnswer = (log: Log, request: Request, error: unknown): Answer =>
  problemAnswer(failureProblem(log, request, error));
