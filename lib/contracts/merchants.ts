// Merchants and their API keys.
import * as z from 'zod';
import { VISITOR_ID } from '../domain/clicks/visitor-id.ts';
import { isTimeZone } from '../domain/days.ts';
import { Currency, Day, decimal, PageQuery, pageOf, Stamps, text } from './fields.ts';
import { resourceRoutes } from './resource.ts';
import { route } from './route.ts';

const Host = z
  .string()
  .toLowerCase()
  .regex(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/,
    'must be a host name such as shop.example.com',
  );

const ConflictPolicy = z.enum(['code_first', 'click_first', 'larger_share', 'review']).meta({
  description:
    'Who owns an order whose click and code are of different creators. code_first (default), click_first; ' +
    'larger_share: who has more eligible touches on it; review: nobody',
});

const HALF_LIFE = 'Kept for the time-decay model, which is to come: changes nothing today. Default 7';

const AttributionSettings = z.strictObject({
  lookbackDays: z
    .int()
    .min(1)
    .max(90)
    .optional()
    .meta({ description: 'How long before an order a click still counts, in days of 24 hours; default 30' }),
  conflictPolicy: ConflictPolicy.optional(),
  halfLifeDays: z.int().min(1).max(90).optional().meta({ description: HALF_LIFE }),
});

/** What a campaign may decide otherwise than its merchant. */
export const AttributionOverrides = AttributionSettings;

const TimeZone = z
  .string()
  .refine(isTimeZone, { message: 'must be an IANA time zone', params: { code: 'unknown_time_zone' } })
  .meta({ example: 'Europe/Berlin' });

const httpsUrl = z.string().max(2000);

const GROSS_MARGIN = '40 = 40 % of net revenue is gross profit: what roiMargin needs. Null, and roiMargin is null';
const HISTORY =
  'The day since when every customer’s orders are known here. A first order from then on is of a new customer, one ' +
  'before it or without this setting of an unknown one';

const GIFTS =
  'Orders with one of these labels (tags) or discount codes are gifts, in any case of letters, from this moment on. ' +
  'So is an order that never cost anything';

const GiftOrders = z.strictObject({
  tags: z.array(text(100)).max(50).optional(),
  codes: z.array(text(255)).max(50).optional(),
});

const CLICK_DAYS =
  'How long raw clicks are kept, in days; default 400. Days whose clicks may be gone, 90 days before that, are sealed: ' +
  'they keep their traffic and credits, and only money restates';
const BODY_DAYS = 'How long webhook bodies are kept for a replay, in days; default 14';

const Retention = z.strictObject({
  clickDays: z.int().min(30).max(3650).optional().meta({ description: CLICK_DAYS }),
  bodyDays: z.int().min(1).max(90).optional().meta({ description: BODY_DAYS }),
});

const RETENTION =
  'Holds at once for what is there, which is not read beyond it. A longer time does not bring back what is gone';

const ConsentMode = z.enum(['off', 'gpc', 'required']).meta({
  description:
    'Whom the short links’ cookies wait for. gpc (default): Global Privacy Control and Do Not Track are honoured. off: the ' +
    'same. required: no cookie before the shop’s page has passed consent on; such clicks count, each of a visitor of its ' +
    'own. What the shop’s own consent says is honoured by the script on its pages, as data-consent of its tag has it, and ' +
    'by it alone',
});

const INTERNAL =
  'Visitors whose hits are your own, by their visitorId in GET /v1/clicks: labelled internal on every day that is still ' +
  'computed from its clicks, past ones too, and credited with no order';

const changeable = {
  name: text(200),
  allowedHosts: z.array(Host).min(1).max(50).meta({ description: 'Hosts that links may lead to' }),
  fallbackUrl: httpsUrl.nullish().meta({ description: 'Where links that have ended lead; without it they answer 404' }),
  attribution: AttributionSettings.nullish().meta({ description: "Hold from the merchant's current day on" }),
  grossMarginPct: decimal(0, 100).nullish().meta({ description: GROSS_MARGIN }),
  customerHistoryFrom: Day.nullish().meta({ description: HISTORY }),
  giftOrders: GiftOrders.nullish().meta({ description: GIFTS }),
  retention: Retention.nullish().meta({ description: RETENTION }),
  consentMode: ConsentMode.optional(),
  internalVisitors: z
    .array(z.string().regex(VISITOR_ID, 'must be vis_...'))
    .max(100)
    .optional()
    .meta({ description: INTERNAL }),
};

const MerchantCreate = z.strictObject({ ...changeable, currency: Currency, timeZone: TimeZone });
export const MerchantPatch = z.strictObject({ ...changeable, currency: Currency, timeZone: TimeZone }).partial();

const Merchant = z
  .object({
    id: z.string(),
    name: z.string(),
    currency: z.string(),
    timeZone: z.string(),
    allowedHosts: z.array(z.string()),
    fallbackUrl: z.string().nullable(),
    attribution: z.object({
      lookbackDays: z.int(),
      conflictPolicy: ConflictPolicy,
      halfLifeDays: z.int().meta({ description: HALF_LIFE }),
      ruleId: z.string().meta({ description: 'The version in force today' }),
      from: z.string().meta({ description: 'The day it holds from' }),
    }),
    grossMarginPct: z.number().nullable().meta({ description: GROSS_MARGIN }),
    customerHistoryFrom: z.string().nullable().meta({ description: HISTORY }),
    giftOrders: z
      .object({ tags: z.array(z.string()), codes: z.array(z.string()) })
      .meta({ description: `${GIFTS}. Those in force now` }),
    retention: z.object({
      clickDays: z.int().meta({ description: CLICK_DAYS }),
      bodyDays: z.int().meta({ description: BODY_DAYS }),
    }),
    consentMode: ConsentMode,
    internalVisitors: z.array(z.string()).meta({ description: INTERNAL }),
    closedThrough: z.string().nullable().meta({ description: 'The last local day the nightly job has closed' }),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Merchant' });

const Scopes = z
  .array(z.enum(['read', 'write', 'admin']))
  .min(1)
  .max(3);

export const ApiKeyCreate = z.strictObject({ name: text(200), scopes: Scopes });

const ApiKey = z
  .object({
    ...Stamps,
    name: z.string(),
    scopes: Scopes,
    ending: z.string().meta({ description: 'Its last four characters' }),
    key: z.string().optional().meta({ description: 'Shown once' }),
  })
  .meta({ id: 'ApiKey' });

export const merchantRoutes = {
  createMerchant: route({
    id: 'createMerchant',
    method: 'POST',
    path: '/v1/merchants',
    summary: 'Create a merchant; the answer carries its first admin key, once',
    tag: 'Merchants',
    scope: 'root',
    serves: 'api',
    body: MerchantCreate,
    responses: { 201: { description: 'Created', schema: Merchant.extend({ apiKey: z.string() }) } },
  }),
  listMerchants: route({
    id: 'listMerchants',
    method: 'GET',
    path: '/v1/merchants',
    summary: 'List merchants',
    tag: 'Merchants',
    scope: 'root',
    serves: 'api',
    csv: true,
    query: z.strictObject(PageQuery),
    responses: { 200: { description: 'A page', schema: pageOf(Merchant) } },
  }),
  mintMerchantKey: route({
    id: 'mintMerchantKey',
    method: 'POST',
    path: '/v1/merchants/{id}/api-keys',
    summary: 'Mint an admin key for a merchant that lost its own',
    tag: 'Merchants',
    scope: 'root',
    serves: 'api',
    body: ApiKeyCreate.partial(),
    responses: { 201: { description: 'Created', schema: ApiKey } },
  }),
  getMerchant: route({
    id: 'getMerchant',
    method: 'GET',
    path: '/v1/merchant',
    summary: "The caller's own merchant",
    tag: 'Merchants',
    scope: 'read',
    serves: 'api',
    responses: { 200: { description: 'The merchant', schema: Merchant } },
  }),
  patchMerchant: route({
    id: 'patchMerchant',
    method: 'PATCH',
    path: '/v1/merchant',
    summary: 'Change the merchant; new attribution rules count from today on',
    tag: 'Merchants',
    scope: 'admin',
    serves: 'api',
    body: MerchantPatch,
    responses: { 200: { description: 'The merchant', schema: Merchant } },
  }),
};

export const apiKeyRoutes = resourceRoutes({
  path: 'api-keys',
  name: 'ApiKey',
  plural: 'ApiKeys',
  tag: 'API keys',
  create: ApiKeyCreate,
  patch: ApiKeyCreate.partial(),
  answer: ApiKey,
  filters: z.strictObject({}),
  readScope: 'admin',
  writeScope: 'admin',
});
