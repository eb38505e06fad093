// An access pattern: a question the code asks the table, and the requests it is asked in.
import type { Table } from '../../../lib/table/table.ts';
import type { RecordedRequest } from './recorder.ts';
import type { World } from './world.ts';

/** A request as documented; `<...>` in a key stands for what differs from one asking to the next. */
export interface DeclaredRequest {
  readonly operation: 'Get' | 'Put' | 'Delete' | 'Query' | 'BatchGet' | 'BatchWrite';
  readonly key: string;
  readonly index: 'listing' | null;
  readonly consistency: 'strong' | 'eventual' | null;
  readonly condition: string | null;
}

export interface AccessPattern {
  /** Module and function: `clicks.storeClick`. */
  readonly name: string;
  readonly question: string;
  readonly requests: readonly DeclaredRequest[];
  /** Asks it once of the example world. */
  readonly ask: (table: Table, world: World) => Promise<unknown>;
}

const read = { index: null, condition: null };
const write = { index: null, consistency: null };

export const get = (key: string, consistency: 'strong' | 'eventual' = 'strong'): DeclaredRequest => ({
  ...read,
  ...{ operation: 'Get', key, consistency },
});

export const query = (key: string, consistency: 'strong' | 'eventual' = 'strong'): DeclaredRequest => ({
  ...read,
  ...{ operation: 'Query', key, consistency },
});

/** A listing: a query of the index, which DynamoDB reads eventually consistent always. */
export const list = (key: string): DeclaredRequest => ({
  ...{ operation: 'Query', key, index: 'listing', consistency: 'eventual', condition: null },
});

export const batchGet = (key: string, consistency: 'strong' | 'eventual' = 'strong'): DeclaredRequest => ({
  ...read,
  ...{ operation: 'BatchGet', key, consistency },
});

export const put = (key: string, condition: string | null = null): DeclaredRequest => ({
  ...write,
  ...{ operation: 'Put', key, condition },
});

export const remove = (key: string, condition: string | null = null): DeclaredRequest => ({
  ...write,
  ...{ operation: 'Delete', key, condition },
});

export const batchWrite = (key: string): DeclaredRequest => ({
  ...write,
  ...{ operation: 'BatchWrite', key, condition: null },
});

export const IF_NEW = 'attribute_not_exists(pk)';

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** True for a key that the template describes. */
const describes = (template: string, key: string): boolean => {
  const pattern = template
    .split(/<[^>]+>/)
    .map(literal)
    .join('[^/]+?');
  return new RegExp(`^${pattern}$`).test(key);
};

/** The requests of one asking with like ones in a row (a page after a page, a day after a day) taken together. */
const taken = (recorded: readonly RecordedRequest[], declared: readonly DeclaredRequest[]) => {
  const left = [...recorded];
  return declared.map((request) => {
    const matching: RecordedRequest[] = [];
    while (left[0] && agrees(left[0], request)) matching.push(left.shift() as RecordedRequest);
    return { request, matching, rest: left.length };
  });
};

const agrees = (recorded: RecordedRequest, declared: DeclaredRequest): boolean =>
  recorded.operation === declared.operation &&
  recorded.index === declared.index &&
  recorded.consistency === declared.consistency &&
  recorded.condition === declared.condition &&
  recorded.keys.every((key) => describes(declared.key, key));

const told = ({ operation, keys, index, consistency, condition }: RecordedRequest) =>
  [operation, index && `on ${index}`, consistency, keys.join(', '), condition && `if ${condition}`]
    .filter(Boolean)
    .join(' ');

/** What was asked that is not documented, or documented and not asked; empty when both agree. */
export const disagreements = (pattern: AccessPattern, recorded: readonly RecordedRequest[]): string[] => {
  const steps = taken(recorded, pattern.requests);
  const unasked = steps.filter(({ matching }) => matching.length === 0);
  const rest = steps.at(-1)?.rest ?? recorded.length;
  return [
    ...unasked.map(({ request }) => `${pattern.name} never asks ${request.operation} ${request.key}`),
    ...recorded.slice(recorded.length - rest).map((request) => `${pattern.name} also asks ${told(request)}`),
  ];
};
