// Merchants and their keys: the root key makes them, their own admin keys manage them.
import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import { type MerchantPatch, merchantRoutes } from '../../lib/contracts/merchants.ts';
import type { FieldError } from '../../lib/contracts/problems.ts';
import { dayOf } from '../../lib/domain/days.ts';
import type { MerchantData } from '../../lib/domain/entities.ts';
import type { GiftRules } from '../../lib/domain/orders/kind.ts';
import { retentionOf, withRetention } from '../../lib/domain/retention.ts';
import { DEFAULT_RULES, giftRulesOf, merchantRules, withRules } from '../../lib/domain/rules.ts';
import { markRange } from '../../lib/flows/mark-days.ts';
import { firstDayOf } from '../../lib/flows/read-days.ts';
import { refusal } from '../../lib/http/refusal.ts';
import { refuseErrors } from '../../lib/http/validate.ts';
import { createRecord, type RecordKind, recordById, recordsOf } from '../../lib/table/records.ts';
import { mintAdminKey, presentKey } from './api-keys.ts';
import { checkedUrl } from './destinations.ts';
import { markVisitors } from './internal-visitors.ts';
import { renderLinkSettings } from './link-settings.ts';
import { page } from './lists.ts';
import { type Call, type Merchant, operation } from './operation.ts';
import { given, stamps, updateRecord } from './resource.ts';

const CLICK_SHARDS = 8;

const presentMerchant = (record: Merchant, now: number) => {
  const { rules, giftOrders: _gifts, clickShards: _shards, firstFactOn: _facts, ...rest } = record.data;
  const { clicksGoneBefore: _gone, ...data } = rest;
  const rule = merchantRules({ rules }, dayOf(now, data.timeZone));
  const { lookbackDays, conflictPolicy, halfLifeDays, id: ruleId, from } = rule;
  const { archivedAt: _archived, externalId: _external, ...stamped } = stamps(record);
  const { tags, codes } = giftRulesOf(record.data)(now);
  const attribution = { lookbackDays, conflictPolicy, halfLifeDays, ruleId, from };
  const { consentMode = 'gpc', internalVisitors = [] } = data;
  const chosen = { giftOrders: { tags, codes }, retention: retentionOf(data), consentMode, internalVisitors };
  return { ...stamped, ...data, ...chosen, attribution };
};

const giftRules = ({ tags = [], codes = [] }: Partial<GiftRules>) => ({
  tags,
  codes,
});

/** The gift rules after a patch: what is new holds from now on, so that no order placed before changes its kind. */
const giftOrdersAfter = (data: MerchantData, wanted: z.output<typeof MerchantPatch>['giftOrders'], now: number) => {
  if (wanted === undefined) return data.giftOrders;
  const before = data.giftOrders ?? [{ from: '0001-01-01', tags: [], codes: [] }];
  const [rules, last] = [giftRules(wanted ?? {}), before.at(-1)];
  if (last && isDeepStrictEqual(rules, giftRules(last))) return before;
  return [...before, { from: dayOf(now, data.timeZone), since: now, ...rules }];
};

/** What a patch does not name of it stays; null goes back to the defaults. */
const retentionAfter = (data: MerchantData, wanted: z.output<typeof MerchantPatch>['retention'], now: number) =>
  withRetention(data, wanted ? { ...data.retention, ...given(wanted) } : {}, now);

const createMerchant = operation(merchantRoutes.createMerchant, async (call) => {
  const { body, now } = call;
  const errors: FieldError[] = [];
  const fallbackUrl = checkedUrl(body.fallbackUrl || null, body.allowedHosts, '/fallbackUrl', errors);
  refuseErrors(errors);
  const id = call.newId('mer');
  const data: MerchantData = {
    name: body.name,
    currency: body.currency,
    timeZone: body.timeZone,
    allowedHosts: body.allowedHosts,
    fallbackUrl,
    grossMarginPct: body.grossMarginPct ?? null,
    customerHistoryFrom: body.customerHistoryFrom ?? null,
    // From the beginning of time: orders imported later than they were placed have rules too.
    rules: [{ id: call.newId('rul'), from: '0001-01-01', ...DEFAULT_RULES, ...body.attribution }],
    ...(body.giftOrders && { giftOrders: [{ from: '0001-01-01', ...giftRules(body.giftOrders) }] }),
    ...(body.retention && { retention: given(body.retention) }),
    ...(body.consentMode && { consentMode: body.consentMode }),
    ...(body.internalVisitors && { internalVisitors: [...new Set(body.internalVisitors)] }),
    clickShards: CLICK_SHARDS,
    closedThrough: null,
    firstFactOn: null,
  };
  const record: Merchant = {
    id,
    kind: 'merchant',
    merchantId: id,
    createdAt: now,
    updatedAt: now,
    archivedAt: null,
    externalId: null,
    revision: 1,
    data,
  };
  await createRecord(call.service.table, record);
  const { key } = await mintAdminKey(call as Call, id, 'first admin key');
  return { status: 201, body: { ...presentMerchant(record, now), apiKey: key } };
});

const listMerchants = operation(merchantRoutes.listMerchants, (call) =>
  page(
    call as Call,
    merchantRoutes.listMerchants.id,
    async function* (position) {
      for await (const listed of recordsOf<MerchantData>(call.service.table, 'merchants', position)) {
        yield { item: listed.record, position: listed.position };
      }
    },
    () => true,
    (records) => records.map((record) => presentMerchant(record, call.now)),
  ),
);

const mintMerchantKey = operation(merchantRoutes.mintMerchantKey, async (call) => {
  const merchant = await recordById<MerchantData>(call.service.table, call.params.id as string);
  if (merchant?.kind !== 'merchant') throw refusal('not_found', 'There is no such merchant');
  const { record, key } = await mintAdminKey(call as Call, merchant.id, call.body.name, call.body.scopes);
  return { status: 201, body: { ...presentKey(record), key } };
});

const getMerchant = operation(merchantRoutes.getMerchant, async (call) => ({
  status: 200,
  body: presentMerchant(call.merchant, call.now),
}));

/** What carries the merchant's zone (links, their clicks) or currency (money entered, fixed codes). */
const BOUND_TO: Readonly<Record<'timeZone' | 'currency', readonly RecordKind[]>> = {
  timeZone: ['link'],
  currency: ['cost', 'value', 'discount-code'],
};

const refuseMove = async (call: Call, data: MerchantData, patch: z.output<typeof MerchantPatch>): Promise<void> => {
  for (const field of ['currency', 'timeZone'] as const) {
    if (patch[field] === undefined || patch[field] === data[field]) continue;
    if (data.firstFactOn !== null)
      throw refusal('merchant_has_facts', 'Currency and time zone are fixed once orders exist');
    for (const kind of BOUND_TO[field]) {
      const owner = { merchantId: call.merchant.id, kind };
      for await (const _one of recordsOf(call.service.table, owner)) {
        throw refusal('merchant_has_facts', `The ${field} is fixed: there are ${kind}s bound to it`);
      }
    }
  }
};

const patched = (call: Call, data: MerchantData, patch: z.output<typeof MerchantPatch>): MerchantData => {
  const errors: FieldError[] = [];
  const allowedHosts = patch.allowedHosts ?? data.allowedHosts;
  const wanted = patch.fallbackUrl === undefined ? data.fallbackUrl : patch.fallbackUrl;
  const fallbackUrl = checkedUrl(wanted || null, allowedHosts, '/fallbackUrl', errors);
  refuseErrors(errors);
  const timeZone = patch.timeZone ?? data.timeZone;
  const today = dayOf(call.now, timeZone);
  const { id: _id, from: _from, ...current } = merchantRules(data, today);
  const giftOrders = giftOrdersAfter({ ...data, timeZone }, patch.giftOrders, call.now);
  return {
    ...data,
    ...(patch.retention !== undefined && retentionAfter(data, patch.retention, call.now)),
    ...(giftOrders && { giftOrders }),
    ...(patch.consentMode && { consentMode: patch.consentMode }),
    ...(patch.internalVisitors && { internalVisitors: [...new Set(patch.internalVisitors)] }),
    name: patch.name ?? data.name,
    currency: patch.currency ?? data.currency,
    timeZone,
    allowedHosts,
    fallbackUrl,
    grossMarginPct: patch.grossMarginPct === undefined ? data.grossMarginPct : patch.grossMarginPct,
    customerHistoryFrom: patch.customerHistoryFrom === undefined ? data.customerHistoryFrom : patch.customerHistoryFrom,
    rules: patch.attribution
      ? withRules(data.rules, { id: call.newId('rul'), from: today, ...current, ...patch.attribution })
      : data.rules,
  };
};

const patchMerchant = operation(merchantRoutes.patchMerchant, async (call) => {
  const record = await updateRecord<MerchantData>(
    call as Call,
    async () => (await recordById<MerchantData>(call.service.table, call.merchant.id)) ?? call.merchant,
    async (current) => {
      await refuseMove(call as Call, current.data, call.body);
      const data = patched(call as Call, current.data, call.body);
      // Who is new depends on how far our record reaches back: every day so far is computed again.
      if (data.customerHistoryFrom !== current.data.customerHistoryFrom) {
        const today = dayOf(call.now, data.timeZone);
        await markRange(call.service, current.id, firstDayOf({ ...current, data }, today), today);
      }
      await markVisitors(call as Call, current, data.internalVisitors);
      return { data };
    },
  );
  // The redirect reads nothing but the link.
  const { retention, consentMode } = call.body;
  if (retention !== undefined || consentMode !== undefined) await renderLinkSettings(call as Call, record.data);
  return { status: 200, body: presentMerchant(record, call.now) };
});

export const merchantOperations = [createMerchant, listMerchants, mintMerchantKey, getMerchant, patchMerchant];
