// What a request that failed is answered: the shape of a problem document.
import * as z from 'zod';

/** One thing that is wrong with a request. `pointer` is an RFC 6901 JSON Pointer; queries point as `/query/name`. */
export const FieldError = z
  .object({
    pointer: z.string().meta({ description: 'JSON Pointer to what is wrong; query parameters as /query/<name>' }),
    code: z.string(),
    message: z.string(),
  })
  .meta({ id: 'FieldError' });

export type FieldError = z.infer<typeof FieldError>;

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z.array(FieldError).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

export type Problem = z.infer<typeof Problem>;
