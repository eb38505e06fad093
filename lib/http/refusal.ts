// Refusing a request: an error with a code from the closed union of problems, and how unknown errors are read.
import { PROBLEMS, type ProblemCode } from '../contracts/problem-codes.ts';
import type { FieldError } from '../contracts/problems.ts';

export interface Refusal extends Error {
  readonly code: ProblemCode;
  readonly errors?: readonly FieldError[];
}

/** An error that answers the request with the problem of `code`; `detail` is for the caller to read. */
export const refusal = (code: ProblemCode, detail: string, errors?: readonly FieldError[]): Refusal =>
  Object.assign(new Error(detail), { name: 'Refusal', code, ...(errors && { errors }) });

/** One invalid field, refused with 422. */
export const invalid = (pointer: string, code: string, message: string): Refusal =>
  refusal('invalid_request', message, [{ pointer, code, message }]);

/** What an error thrown by an SDK or by ourselves says about itself. */
const named = (error: unknown) => error as Partial<Refusal> & { $metadata?: { httpStatusCode?: number } };

export const isRefusal = (error: unknown): error is Refusal =>
  named(error)?.name === 'Refusal' && String(named(error).code) in PROBLEMS;

const TRANSIENT = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'NetworkingError',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
]);

/** True when the table could not be reached or would not answer now: the caller may try again. */
export const isTransient = (error: unknown): boolean => {
  const { name, code, $metadata } = named(error) ?? {};
  return TRANSIENT.has(String(name)) || TRANSIENT.has(String(code)) || ($metadata?.httpStatusCode ?? 0) >= 500;
};
