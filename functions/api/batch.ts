// Batches: each item answers for itself, in order, and a bad one never stops the others.
import type * as z from 'zod';
import { type FieldError, PROBLEMS } from '../../lib/contracts/problems.ts';
import { problemOf } from '../../lib/http/answer.ts';
import { isRefusal } from '../../lib/http/refusal.ts';
import { parseInto, refuseErrors } from '../../lib/http/validate.ts';
import type { Call, Reply } from './operation.ts';

/** Items worked on at once: more only wait for each other in the table's connection pool. */
const AT_ONCE = 32;

/** Runs `make` for every item; `name` is the answer's field for what was made. */
export const batch = async <S extends z.ZodType>(
  call: Call,
  items: readonly unknown[],
  schema: S,
  name: string,
  make: (call: Call, body: z.output<S>) => Promise<Record<string, unknown>>,
): Promise<Reply> => {
  const answers: Record<string, unknown>[] = new Array(items.length);
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
        refuseErrors(errors);
        answers[index] = { status: 201, [name]: await make(own, body as z.output<S>) };
      } catch (error) {
        if (!isRefusal(error)) throw error;
        const problem = problemOf(error.code, error.message, call.request.requestId, error.errors);
        answers[index] = { status: PROBLEMS[error.code][0], error: problem };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  return { status: 200, body: { data: answers } };
};
