// What is said of a field that does not fit its schema: the house's words for zod's issues, wherever something is parsed.
import type * as z from 'zod';

type RawIssue = z.core.$ZodRawIssue;

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'must be an instant, ISO 8601 with an offset',
  email: 'must be an e-mail address',
  url: 'must be a URL',
};

/** What a bound counts: characters of a text, entries of a list, or the number itself. */
const bound = (origin: string, which: 'least' | 'most', limit: number | bigint): string => {
  const counted = { string: ['character', 'characters'], array: ['entry', 'entries'] }[origin];
  if (counted === undefined) return `must be at ${which} ${limit}`;
  if (which === 'least' && limit === 1) return 'must not be empty';
  return `must have at ${which} ${limit} ${counted[limit === 1 ? 0 : 1]}`;
};

/** Of a field that may be several things: what each branch says of it, one that is of another type being no help. */
const ofBranches = (errors: readonly (readonly z.core.$ZodIssue[])[]): string => {
  const said = errors.flatMap((branch) => branch.slice(0, 1));
  const near = said.filter((issue) => issue.code !== 'invalid_type' || issue.path.length > 0);
  const worded = (near.length > 0 ? near : said).map(({ path, message }) => [...path.map(String), message].join(' '));
  return [...new Set(worded)].join(', or ') || 'is none of the kinds taken here';
};

const wordingOf = (issue: RawIssue): string | undefined => {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'has not the form that is taken here';
    case 'too_small':
      return bound(issue.origin, 'least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, 'most', issue.maximum);
    case 'invalid_union':
      return ofBranches(issue.errors);
    case 'unrecognized_keys':
      return 'is not a known field';
    default:
      return undefined;
  }
};

const UNSAID = new Set(['invalid_type', 'invalid_value', 'invalid_union']);

/** Whether all that is wrong with a field is that it is not there. */
export const isMissing = (issue: { readonly code?: string | undefined; readonly input?: unknown }): boolean =>
  issue.input === undefined && UNSAID.has(issue.code ?? '');

/** For zod's `safeParse`: a schema's own words come first, and no value is ever quoted. */
export const WORDED = {
  error: (issue: RawIssue): string | undefined => (isMissing(issue) ? 'is required' : wordingOf(issue)),
} as const;
