// What a request that went wrong is answered: a refusal in the caller's words, anything else without internals.
import type { Log } from '../platform/log.ts';
import { type Answer, problemAnswer, problemOf } from './answer.ts';
import { isRefusal, isTransient } from './refusal.ts';
import type { Request } from './request.ts';

/** A refusal is the caller's to read; any other error is ours, logged once, here. */
export const failureAnswer = (log: Log, request: Request, error: unknown): Answer => {
  if (isRefusal(error)) return problemAnswer(problemOf(error.code, error.message, request.requestId, error.errors));
  const code = isTransient(error) ? 'unavailable' : 'internal_error';
  log.error('request failed', { requestId: request.requestId, routeKey: request.routeKey, error });
  return problemAnswer(problemOf(code, 'Quote the requestId if this goes on', request.requestId));
};
