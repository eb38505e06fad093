// Importing history: clicks, orders and customers known elsewhere, a file of lines at a time.
import * as z from 'zod';
import { HostName } from './domains.ts';
import { ExternalId, Instant, Reference } from './fields.ts';
import { route } from './route.ts';

/** A line takes a request or two of the table: more would not be done while a caller waits. */
export const MOST_LINES = 10_000;

/** Why a line was not taken. */
const LINE_FAULTS = [
  'malformed_json',
  'invalid_line',
  'unknown_slug',
  'unknown_store',
  'store_required',
  'unknown_currency',
  'external_id_taken',
  'in_future',
  'too_old',
  'too_large',
  'not_applied',
] as const;

export type LineFault = (typeof LINE_FAULTS)[number];

const Rejection = z
  .object({
    line: z.int().meta({ description: 'From 1; of a CSV the row where it begins' }),
    code: z.enum(LINE_FAULTS).meta({
      description:
        'malformed_json: no JSON object. invalid_line: fields are missing or wrong, all of them named in message. ' +
        'unknown_slug, unknown_store: there is none. store_required: an id needs its storeId where there are several ' +
        'stores. unknown_currency. external_id_taken: another click has it. in_future. too_old: past the time clicks ' +
        'are kept. too_large. not_applied: kept, but could not be applied yet; the sweep does, or sending it again',
    }),
    message: z.string(),
  })
  .meta({ id: 'ImportRejection' });

const ImportAnswer = z
  .object({
    accepted: z.int().meta({ description: 'Lines that told something new' }),
    duplicates: z.int().meta({ description: 'Lines known already, or that change nothing' }),
    rejected: z.array(Rejection).meta({ description: 'The others; each stopped only itself' }),
  })
  .meta({ id: 'ImportAnswer' });

export type ImportAnswer = z.infer<typeof ImportAnswer>;

const foreignId = z.union([z.string().min(1).max(255), z.number().transform(String)]);

export const ImportedClick = z
  .strictObject({
    slug: z.string().min(1).max(64).meta({ description: "The link's, in any case" }),
    domain: HostName.nullish().meta({ description: "The link's, where that is one of your own" }),
    at: Instant,
    externalId: ExternalId.meta({ description: 'Your own id of the click; an order names it as ext_<externalId>' }),
    visitorId: foreignId
      .nullish()
      .meta({ description: 'Whoever clicked, as the other tool knew them; hashed at once' }),
    userAgent: z.string().max(4_000).nullish().meta({ description: 'Tells bots; a click without one is human' }),
    referrer: z.string().max(4_000).nullish().meta({ description: 'Where it came from; only the host is kept' }),
    country: z
      .string()
      .regex(/^[A-Za-z]{2}$/, 'must be an ISO 3166-1 alpha-2 code')
      .nullish(),
  })
  .meta({ id: 'ImportedClick' });

export const ImportedCustomer = z
  .strictObject({
    email: z.string().min(3).max(320).nullish().meta({ description: 'Hashed at once' }),
    id: foreignId.nullish().meta({ description: "The shop's id of the customer" }),
    storeId: Reference('sto').nullish().meta({ description: 'Whose id it is; default: the only store' }),
    firstOrderAt: Instant.meta({ description: 'When they first bought; whatever is placed later is returning' }),
  })
  .refine(({ email, id }) => email != null || id != null, {
    path: ['email'],
    message: 'is required, or id',
    params: { code: 'required' },
  })
  .meta({ id: 'ImportedCustomer' });

/** JSON is taken as well, for clients that call every body that: one object on a line is both. */
const NDJSON_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/json'] as const;

const imports = {
  method: 'POST',
  tag: 'Imports',
  scope: 'write',
  serves: 'api',
  bodyTypes: NDJSON_TYPES,
  responses: { 200: { description: 'What became of each line', schema: ImportAnswer } },
} as const;

export const importRoutes = {
  importClicks: route({
    ...imports,
    id: 'importClicks',
    path: '/v1/imports/clicks',
    summary: 'Clicks of another tool, one object a line, up to 10,000 lines; sent again they change nothing',
    describedBody: ImportedClick,
  }),
  importOrders: route({
    ...imports,
    id: 'importOrders',
    path: '/v1/imports/orders',
    summary: "Orders of any store's past, one object a line, or a shop's own CSV (docs/webhooks.md)",
    query: z.strictObject({
      storeId: Reference('sto')
        .optional()
        .meta({
          description:
            'Of a CSV: the store it was exported from. 422 unknown_csv: the file is no export of orders; ' +
            'csv_of_another_platform: the store is on another platform than the file',
        }),
    }),
    bodyTypes: [...NDJSON_TYPES, 'text/csv'],
  }),
  importCustomers: route({
    ...imports,
    id: 'importCustomers',
    path: '/v1/imports/customers',
    summary: 'Since when customers are known, one object a line: tells returning ones from new ones',
    describedBody: ImportedCustomer,
  }),
};
