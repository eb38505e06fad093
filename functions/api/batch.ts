// Batches: each item answers for itself, in order, and a bad one never stops the others.
import type * as z from 'zod';
import type { FieldError } from '../../lib/contracts/problems.ts';
import { failureProblem } from '../../lib/http/failure.ts';
import { parseInto, refuseErrors } from '../../lib/http/validate.ts';
import type { Call, Reply } from './operation.ts';

/** Items worked on at once: more only wait for each other in the table's connection pool. */
const AT_ONCE = 32;

/** Errors listed per item: a thousand items' together stay far below the 6 MB that Lambda answers at most. */
const MOST_ERRORS = 20;

/** Runs `make` for every item; `name` is the answer's field for what was made. */
export const batch = async <S extends z.ZodType>(
  call: Call,
  items: readonly unknown[],
  schema: S,
  name: string,
  make: (call: Call, body: z.output<S>) => Promise<Record<string, unknown>>,
): Promise<Reply> => {
  const answers: { status: number; [field: string]: unknown }[] = new Array(items.length);
  const resolved: Call['resolved'] = new Map();
  let next = 0;
  const work = async () => {
    for (let index = next++; index < items.length; index = next++) {
      // Ids follow from the item's place, so that a retried batch makes the same things.
      let made = 0;
      const own: Call = {
        ...call,
        resolved,
        newId: (prefix, part) => call.newId(prefix, `${index}|${part ?? made++}`),
      };
      try {
        const errors: FieldError[] = [];
        const body = parseInto(schema, items[index], errors);
        refuseErrors(errors, MOST_ERRORS);
        answers[index] = { status: 201, [name]: await make(own, body as z.output<S>) };
      } catch (error) {
        const { errors, ...problem } = failureProblem(call.service.log, call.request, error, { item: index });
        const listed = errors && { errors: errors.slice(0, MOST_ERRORS) };
        answers[index] = { status: problem.status, error: { ...problem, ...listed } };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  return { status: 200, body: { data: answers }, unfinished: answers.some(({ status }) => status >= 500) };
};
