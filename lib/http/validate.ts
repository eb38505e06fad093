// Parsing at the edge: every failure of a request found at once, each with a pointer to it.
import type * as z from 'zod';
import type { FieldError } from '../contracts/problems.ts';
import { isMissing, WORDED } from '../contracts/wording.ts';
import { invalid, refusal } from './refusal.ts';
import type { Request } from './request.ts';

/** A body with more failures than this lists the first and says how many more there are. */
const MAX_ERRORS = 1_000;
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** A pointer repeats what was sent; a name longer than any of ours is cut, so that the answer stays small. */
const LONGEST_NAME = 64;

const pointerOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => String(part).slice(0, LONGEST_NAME).toWellFormed())
    .map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');

const codeOf = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'custom') return String(issue.params?.code ?? 'invalid');
  if (isMissing(issue)) return 'required';
  return issue.code;
};

/** zod's issues as the errors of a 422, an unknown field each on its own. */
const fieldErrors = (issues: readonly z.core.$ZodIssue[], base = ''): FieldError[] =>
  issues.flatMap((issue): FieldError[] => {
    const at = base + pointerOf(issue.path);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: at + pointerOf([key]),
        code: 'unknown_field',
        message: 'is not a known field',
      }));
    }
    return [{ pointer: at, code: codeOf(issue), message: issue.message }];
  });

/** Refuses with 422 when there are errors, the first `most` of them listed. */
export const refuseErrors = (errors: readonly FieldError[], most = MAX_ERRORS): void => {
  if (errors.length === 0) return;
  const more = errors.length > most ? `, of which the first ${most} are listed` : '';
  const count = errors.length === 1 ? 'One thing is' : `${errors.length} things are`;
  throw refusal('invalid_request', `${count} not valid${more}`, errors.slice(0, most));
};

/** Parses with a schema; what fails is pushed onto `errors` under `base`. */
export const parseInto = <S extends z.ZodType>(schema: S, input: unknown, errors: FieldError[], base = '') => {
  const result = schema.safeParse(input, { ...WORDED, reportInput: true });
  if (result.success) return result.data as z.output<S>;
  // One by one: a hostile body fails in more places than a call takes arguments.
  for (const error of fieldErrors(result.error.issues, base)) errors.push(error);
  return undefined;
};

/** The query as an object; which of several values was meant nobody can tell, so a repeated name is an error. */
export const queryObject = (rawQuery: string, errors: FieldError[]): Record<string, string> => {
  const query = new URLSearchParams(rawQuery);
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const name of query.keys()) (seen.has(name) ? repeated : seen).add(name);
  for (const name of repeated) {
    errors.push({ pointer: `/query${pointerOf([name])}`, code: 'repeated', message: 'is given more than once' });
  }
  return Object.fromEntries(query);
};

/** JSON whose texts are all Unicode: half a surrogate pair has no UTF-8, so it could be neither stored nor sent back. */
const parsedJson = (text: string): unknown => {
  if (!/\\u[dD][89a-fA-F]/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (name, value) => {
    if (!name.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) throw new Error('lone surrogate');
    return value;
  });
};

/** What the body says it is, without parameters and in lower case; empty when it does not say. */
export const contentTypeOf = (request: Request): string =>
  (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** Refuses a body of none of these types with 415: one that does not say what it is, too. */
export const refuseOtherTypes = (request: Request, types: readonly string[]): void => {
  const type = contentTypeOf(request);
  if (types.includes(type)) return;
  throw refusal('unsupported_media_type', `The body is ${type || 'of no type'}; send ${types.join(' or ')}`);
};

/** A body as text: 422 for what is no UTF-8. */
export const textBody = (request: Request): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(request.body);
  } catch {
    throw invalid('', 'not_utf8', 'The body is not text in UTF-8');
  }
};

/** The JSON of a body: 413, 415 and 400 are refused here. An empty body is `undefined`. */
export const jsonBody = (request: Request): unknown => {
  refuseLargeBody(request);
  if (request.body.length === 0) return undefined;
  const type = request.headers['content-type'] === undefined ? 'application/json' : contentTypeOf(request);
  if (type !== 'application/json' && !type.endsWith('+json')) {
    throw refusal('unsupported_media_type', `The body is ${type || 'of no type'}; send application/json`);
  }
  try {
    return parsedJson(new TextDecoder('utf-8', { fatal: true }).decode(request.body));
  } catch {
    throw refusal('malformed_json', 'The body is not valid JSON in UTF-8');
  }
};

export const refuseLargeBody = (request: Request): void => {
  if (request.body.length > MAX_BODY_BYTES) throw refusal('body_too_large', 'The body is over 4 MB');
};
