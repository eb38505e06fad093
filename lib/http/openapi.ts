// OpenAPI 3.1 from the route table: zod's own JSON Schemas, every documented status, nothing written twice.
import * as z from 'zod';
import { importedOrder } from '../connectors/imported-order.ts';
import { manualOrder } from '../connectors/manual.ts';
import { standardEvent } from '../connectors/standard-shapes.ts';
import { PROBLEMS, type ProblemCode } from '../contracts/problem-codes.ts';
import { Problem } from '../contracts/problems.ts';
import type { Route } from '../contracts/route.ts';
import { routes } from '../contracts/routes.ts';
import { headersOf, IDEMPOTENCY_KEY, sharedHeaders, WEBHOOK_HEADERS } from './openapi-headers.ts';

type Json = Record<string, unknown>;

const PREFIX = '#/components/schemas/';

/** Gathers the schemas that several routes share, by the id in their metadata, out of each one's definitions. */
const createComponents = () => {
  const components: Json = {};
  const inline = (schema: Json): Json => {
    const { $defs, $schema: _schema, ...rest } = schema;
    for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, Json>)) {
      components[name] ??= definition;
    }
    return rewritten(rest) as Json;
  };
  return { components, inline };
};

/**
 * What zod says rightly and nobody needs to read: the pattern of instants, where the format says the same, and the ends
 * of exact integers.
 */
const isNoise = ([key, inner]: [string, unknown], schema: object): boolean =>
  (key === 'pattern' && 'format' in schema) ||
  (key === 'minimum' && inner === Number.MIN_SAFE_INTEGER) ||
  (key === 'maximum' && inner === Number.MAX_SAFE_INTEGER);

const rewritten = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(rewritten);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter((entry) => !isNoise(entry, value));
  return Object.fromEntries(
    entries.map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' ? inner.replace('#/$defs/', PREFIX) : rewritten(inner),
    ]),
  );
};

const jsonSchemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json =>
  z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any', reused: 'inline' }) as Json;

const takesCursor = (schema: z.ZodType | undefined): boolean =>
  schema instanceof z.ZodObject && 'cursor' in schema.shape;

/** The problems any route of this kind may answer with. */
const problemsOf = (route: Route): ProblemCode[] => {
  const codes: ProblemCode[] = ['internal_error', 'unavailable'];
  if (route.serves === 'redirect') return [];
  const isManaged = route.scope !== 'public';
  if (isManaged) codes.push('unauthorized', 'forbidden', 'invalid_request');
  if (route.path.includes('{')) codes.push('not_found');
  if (takesCursor(route.query) || takesCursor(route.body)) codes.push('invalid_cursor');
  if (isManaged && route.method !== 'GET') {
    if (!route.bodyTypes) codes.push('malformed_json');
    codes.push('body_too_large', 'unsupported_media_type', 'conflict');
  }
  if (isManaged && route.method === 'POST') {
    codes.push('invalid_idempotency_key', 'idempotency_key_reused', 'idempotency_in_progress');
  }
  if (route.serves === 'webhook') codes.push('invalid_signature', 'body_too_large', 'unsupported_media_type');
  return codes;
};

const problemResponses = (route: Route): Json => {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(route)) {
    const status = PROBLEMS[code][0];
    byStatus.set(status, [...new Set([...(byStatus.get(status) ?? []), code])]);
  }
  return Object.fromEntries(
    [...byStatus.entries()]
      .sort(([a], [b]) => a - b)
      .map(([status, codes]) => [
        String(status),
        {
          description: codes.map((code) => PROBLEMS[code][1]).join('; '),
          ...headersOf(route, status),
          content: { 'application/problem+json': { schema: { $ref: `${PREFIX}Problem` } } },
        },
      ]),
  );
};

const pathParameters = (route: Route): Json[] =>
  [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

const queryParameters = (schema: Json): Json[] => {
  const required = new Set((schema.required as string[] | undefined) ?? []);
  return Object.entries((schema.properties ?? {}) as Record<string, Json>).map(([name, { description, ...rest }]) => ({
    name,
    in: 'query',
    required: required.has(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
};

/** Whether a schema is of a page: then its CSV says in a header where the next one begins. */
const isPaged = (schema: z.ZodType | undefined): boolean =>
  schema instanceof z.ZodObject && 'nextCursor' in schema.shape;

const responsesOf = (route: Route, inline: (schema: Json) => Json): Json => {
  const own = Object.entries(route.responses).map(([status, { description, schema, contentType }]) => {
    const content = {
      ...(schema && { 'application/json': { schema: inline(jsonSchemaOf(schema, 'output')) } }),
      ...Object.fromEntries([contentType ?? []].flat().map((type) => [type, { schema: { type: 'string' } }])),
      ...(route.csv && schema && { 'text/csv': { schema: { type: 'string' } } }),
    };
    const headers = headersOf(route, Number(status), route.csv === true && isPaged(schema));
    return [status, { description, ...headers, ...(Object.keys(content).length > 0 && { content }) }];
  });
  return { ...Object.fromEntries(own), ...problemResponses(route) };
};

/** What a shop of another platform than `standard` posts is the platform's to describe. */
const PLATFORM_BODY = {
  type: 'object',
  description: "`shopify`: an order or a refund of Shopify's Admin API, as docs/webhooks.md says; unknown fields pass",
};

/** Bodies whose fields are a connector's, which the contracts know nothing of. */
const BODIES: Readonly<Record<string, z.ZodType>> = { enterOrder: manualOrder };

const requestBodyOf = (route: Route, inline: (schema: Json) => Json): { requestBody?: Json } => {
  const ofJson = (schema: Json, type = 'application/json') => ({
    requestBody: { required: true, content: { [type]: { schema } } },
  });
  if (route.serves === 'webhook') {
    // A schema that is shared becomes a reference only inside another.
    return ofJson({ anyOf: [inline(jsonSchemaOf(z.array(standardEvent), 'input')).items, PLATFORM_BODY] });
  }
  // The lines are a connector's to read, and so to describe.
  const body = route.id === 'importOrders' ? importedOrder : (BODIES[route.id] ?? route.describedBody ?? route.body);
  if (route.bodyTypes) {
    // Where each line is an object of its own, the schema is a line's: shared, so a reference, which it is inside another.
    const line = body ? (inline(jsonSchemaOf(z.array(body), 'input')).items as Json) : { type: 'string' };
    const schemaOf = (type: string): Json => (type.startsWith('text/') ? { type: 'string' } : line);
    const content = Object.fromEntries(route.bodyTypes.map((type) => [type, { schema: schemaOf(type) }]));
    return { requestBody: { required: true, content } };
  }
  if (!body) return {};
  // The script's: JSON all the same, under a type that a browser sends without asking first.
  return ofJson(inline(jsonSchemaOf(body, 'input')), route.serves === 'redirect' ? 'text/plain' : 'application/json');
};

const headerParameters = (route: Route): readonly Json[] => {
  if (route.serves === 'webhook') return WEBHOOK_HEADERS;
  return route.method === 'POST' && route.scope !== 'public' ? [IDEMPOTENCY_KEY] : [];
};

const operationOf = (route: Route, inline: (schema: Json) => Json): Json => {
  const query = route.query ? inline(jsonSchemaOf(route.query, 'input')) : {};
  const parameters = [...pathParameters(route), ...queryParameters(query), ...headerParameters(route)];
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [route.tag],
    security: route.scope === 'public' ? [] : [{ [route.scope === 'root' ? 'rootKey' : 'apiKey']: [] }],
    ...(route.scope !== 'public' && { description: `Scope: \`${route.scope}\`` }),
    ...(parameters.length > 0 && { parameters }),
    ...requestBodyOf(route, inline),
    responses: responsesOf(route, inline),
  };
};

const DESCRIPTION = [
  'Every sale traced upstream to the creator who sent it.',
  'Amounts of money are integers in the currency’s minor units (1250 is 12.50 USD, and 1250 JPY); averages of them ' +
    '(aov, revenuePerClick, cac, cpa, cpc) are numbers in minor units, perhaps fractional. CSV shows major units.',
  'Percentages are numbers (210 = 210 %), cvr and share are parts of 1.',
  'Instants are ISO 8601 in UTC; days are YYYY-MM-DD in the merchant’s time zone.',
  'Your own `externalId` is usable wherever an id is, as `ext_<externalId>`. An unknown field is refused with 422.',
].join('\n\n');

const build = (): Json => {
  const { components, inline } = createComponents();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, inline) };
  }
  inline(jsonSchemaOf(z.object({ problem: Problem }), 'output'));
  const schemas = Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tributary',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: rewritten(schemas),
      headers: sharedHeaders,
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: "A merchant's key, trb_live_..." },
        rootKey: { type: 'http', scheme: 'bearer', description: "The deployment's root key" },
      },
    },
  };
};

let built: Json | undefined;

/** The document; made once per process. */
export const openApiDocument = (): Json => {
  built ??= build();
  return built;
};
