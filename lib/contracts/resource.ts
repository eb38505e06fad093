// The six routes every managed entity has, made from its schemas.
import type * as z from 'zod';
import { ExternalId, Flag, PageQuery, pageOf } from './fields.ts';
import { type Route, route } from './route.ts';

export interface ResourceContract<
  Create extends z.ZodObject,
  Patch extends z.ZodObject,
  Answer extends z.ZodType,
  Filters extends z.ZodObject,
> {
  /** Plural path segment: `creators`. */
  readonly path: string;
  /** Singular, as operation ids name it: `Creator`. */
  readonly name: string;
  readonly plural: string;
  readonly tag: string;
  readonly create: Create;
  readonly patch: Patch;
  readonly answer: Answer;
  readonly filters: Filters;
  /** Default `read`. */
  readonly readScope?: Route['scope'];
  /** Default `write`. */
  readonly writeScope?: Route['scope'];
}

/** POST, GET list, GET, PATCH, DELETE (archives) and PUT by the caller's own id. */
export const resourceRoutes = <
  Create extends z.ZodObject,
  Patch extends z.ZodObject,
  Answer extends z.ZodType,
  Filters extends z.ZodObject,
>(
  contract: ResourceContract<Create, Patch, Answer, Filters>,
) => {
  const { path, name, plural, tag, create, patch, answer, filters } = contract;
  const scope = contract.writeScope ?? 'write';
  const readScope = contract.readScope ?? 'read';
  const noun = path.replaceAll('-', ' ').replace(/s$/, '');
  const aNoun = `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun.replace('api key', 'API key')}`;
  const one = { description: `The ${noun}`, schema: answer };
  const created = { description: 'Created', schema: answer };
  const shared = { tag, serves: 'api' as const };
  const body = create.extend({ externalId: ExternalId.nullish() });
  const query = filters.extend({
    ...PageQuery,
    archived: Flag.optional().meta({ description: 'true lists the archived' }),
  });
  return {
    create: route({
      ...shared,
      id: `create${name}`,
      method: 'POST',
      path: `/v1/${path}`,
      summary: `Create ${aNoun}`,
      scope,
      body,
      responses: { 201: created },
    }),
    list: route({
      ...shared,
      id: `list${plural}`,
      method: 'GET',
      path: `/v1/${path}`,
      summary: `List ${path.replaceAll('-', ' ')}, newest first`,
      scope: readScope,
      csv: true,
      query,
      responses: { 200: { description: 'A page', schema: pageOf(answer) } },
    }),
    get: route({
      ...shared,
      id: `get${name}`,
      method: 'GET',
      path: `/v1/${path}/{id}`,
      summary: `Read ${aNoun}`,
      scope: readScope,
      responses: { 200: one },
    }),
    patch: route({
      ...shared,
      id: `patch${name}`,
      method: 'PATCH',
      path: `/v1/${path}/{id}`,
      summary: `Change ${aNoun}`,
      scope,
      body: patch,
      responses: { 200: one },
    }),
    put: route({
      ...shared,
      id: `put${name}`,
      method: 'PUT',
      path: `/v1/${path}/{id}`,
      summary: `Create or replace ${aNoun} under your own id, ext_<externalId>`,
      scope,
      body,
      responses: { 200: one, 201: created },
    }),
    archive: route({
      ...shared,
      id: `archive${name}`,
      method: 'DELETE',
      path: `/v1/${path}/{id}`,
      summary: `Archive ${aNoun}; nothing recorded is lost`,
      scope,
      responses: { 204: { description: 'Archived' } },
    }),
  };
};
