// The columns of a CSV, from the schema of its rows: the same header row whatever the rows are, also when there are none.
import * as z from 'zod';

type Schema = {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
};

const isMoney = (properties: Readonly<Record<string, Schema>>): boolean =>
  Object.keys(properties).sort().join() === 'amount,currency';

/** Columns under `prefix`: an object's fields each their own, whichever of several shapes it has; a list is one. */
const columnsUnder = (prefix: string, schema: Schema, defs: Readonly<Record<string, Schema>>): string[] => {
  const known = schema.$ref ? (defs[schema.$ref.slice('#/$defs/'.length)] ?? {}) : schema;
  const shapes = [...(known.anyOf ?? []), ...(known.oneOf ?? [])].filter(({ type }) => type !== 'null');
  if (shapes.length > 0) return [...new Set(shapes.flatMap((shape) => columnsUnder(prefix, shape, defs)))];
  if (!known.properties) return [prefix];
  if (isMoney(known.properties)) return [prefix, `${prefix}.currency`];
  return Object.entries(known.properties).flatMap(([name, inner]) => columnsUnder(`${prefix}.${name}`, inner, defs));
};

/**
 * The columns of a list's or report's rows. Fields that not every answer has (secrets shown once, the keys a report is
 * grouped by) are columns only when `named`, and then come first.
 * @param page the answer's schema, with the rows under `data`.
 */
export const columnsOf = (page: z.ZodType, named: readonly string[]): string[] => {
  const { $defs = {}, ...root } = z.toJSONSchema(page, { io: 'output', unrepresentable: 'any' }) as Schema;
  const resolved = (schema: Schema | undefined): Schema =>
    schema?.$ref ? resolved($defs[schema.$ref.slice('#/$defs/'.length)]) : (schema ?? {});
  const row = resolved(resolved(resolved(root).properties?.data).items);
  const always = (row.required ?? []).flatMap((name) => columnsUnder(name, row.properties?.[name] ?? {}, $defs));
  return [...named, ...always];
};
