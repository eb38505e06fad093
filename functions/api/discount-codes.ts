// Discount codes: one creator's, unique in each of their stores, readable aloud.
import type * as z from 'zod';
import {
  DiscountCodeBatchItem,
  type DiscountCodeCreate,
  type DiscountCodePatch,
  discountCodeRoutes,
} from '../../lib/contracts/discount-codes.ts';
import type { FieldError } from '../../lib/contracts/problems.ts';
import { codeCandidates, codeStem, foldCode, isMintableCode, lastResortCode } from '../../lib/domain/codes.ts';
import { dayOf } from '../../lib/domain/days.ts';
import type { CodeValue, CreatorData, DiscountCodeData } from '../../lib/domain/entities.ts';
import { todayOf } from '../../lib/flows/compute-day.ts';
import { markRange } from '../../lib/flows/mark-days.ts';
import { firstDayOf } from '../../lib/flows/read-days.ts';
import { refusal } from '../../lib/http/refusal.ts';
import { refuseErrors } from '../../lib/http/validate.ts';
import { exponentOf } from '../../lib/platform/currencies.ts';
import { codeLettersFor } from '../../lib/platform/ids.ts';
import { toAscii } from '../../lib/platform/transliterate.ts';
import { codeInStore, externalIdAt, namesOfCode, renameCode } from '../../lib/table/discount-codes.ts';
import { keys } from '../../lib/table/keys.ts';
import { createRecord, namesTaken, recordById, recordsOf, type StoredRecord } from '../../lib/table/records.ts';
import type { Key } from '../../lib/table/table.ts';
import { batch } from './batch.ts';
import { iso } from './instants.ts';
import { merchantMoney } from './money-entries.ts';
import { type Call, operation } from './operation.ts';
import { filterId, referred } from './references.ts';
import { freshRecord, resourceOperations, stamps } from './resource.ts';

type Body = z.output<typeof DiscountCodeCreate>;
type Patch = z.output<typeof DiscountCodePatch>;

const ATTEMPTS = 40;
const instantOf = (text: string | null | undefined) => (text ? Date.parse(text) : null);

const storeIdsOf = async (call: Call, body: Body, errors: FieldError[]): Promise<string[]> => {
  const wanted = [...(body.storeId ? [body.storeId] : []), ...(body.storeIds ?? [])];
  if (wanted.length === 0) errors.push({ pointer: '/storeId', code: 'required', message: 'is required, or storeIds' });
  const ids: string[] = [];
  for (const [i, reference] of wanted.entries()) {
    const pointer = body.storeId && i === 0 ? '/storeId' : `/storeIds/${i - (body.storeId ? 1 : 0)}`;
    const store = await referred(call, 'store', reference, pointer, errors);
    if (store) ids.push(store.id);
  }
  return [...new Set(ids)];
};

const checkCode = (body: Body, errors: FieldError[]): void => {
  if (!body.code || body.adopt || isMintableCode(body.code)) return;
  const message = 'must be 3 to 20 of A-Z, 0-9 and -; adopt: true binds a code the shop already has';
  errors.push({ pointer: '/code', code: 'not_mintable', message });
};

const build = async (
  call: Call,
  body: Body,
  errors: FieldError[],
  existing?: DiscountCodeData,
): Promise<DiscountCodeData> => {
  const creator = await referred<CreatorData>(call, 'creator', body.creatorId, '/creatorId', errors);
  const campaign = body.campaignId
    ? await referred(call, 'campaign', body.campaignId, '/campaignId', errors)
    : undefined;
  const storeIds = await storeIdsOf(call, body, errors);
  checkCode(body, errors);
  if (body.adopt && !body.code) errors.push({ pointer: '/code', code: 'required', message: 'is required with adopt' });
  if (body.value.type === 'fixed') merchantMoney(call, body.value, '/value', errors);
  const startsAt = instantOf(body.startsAt);
  const endsAt = instantOf(body.endsAt);
  if (startsAt !== null && endsAt !== null && endsAt < startsAt) {
    errors.push({ pointer: '/endsAt', code: 'ends_before_start', message: 'must not be before startsAt' });
  }
  if (existing && body.code && foldCode(body.code) !== foldCode(existing.code)) {
    errors.push({ pointer: '/code', code: 'fixed', message: `is ${existing.code} and stays so: posts carry it` });
  }
  if (existing && storeIds.join() !== existing.storeIds.join()) {
    errors.push({ pointer: '/storeId', code: 'fixed', message: "can't change once the code is made" });
  }
  return {
    creatorId: creator?.id ?? '',
    campaignId: campaign?.id ?? null,
    storeIds,
    code: existing?.code ?? body.code ?? '',
    ...(body.externalIds?.length && { externalIds: [...new Set(body.externalIds)] }),
    value: body.value,
    startsAt,
    endsAt,
    usageLimit: body.usageLimit ?? null,
    minimumSubtotal: body.minimumSubtotal ?? null,
  };
};

/** The value as said aloud: 15 for 15 %, 10 for 10 dollars. */
const spokenAmount = (value: CodeValue): number =>
  value.type === 'percent' ? value.amount : value.amount / 10 ** (exponentOf(value.currency) ?? 2);

/** The candidates nobody else holds in any of the stores. */
const freeCandidates = async (call: Call, record: StoredRecord<DiscountCodeData>, candidates: readonly string[]) => {
  const places = candidates.flatMap((code) => record.data.storeIds.map((id) => keys.discountCode(id, foldCode(code))));
  const taken = await namesTaken(call.service.table, places, record.id);
  return candidates.filter((code) =>
    record.data.storeIds.every((id) => !taken.has(keys.discountCode(id, foldCode(code)).pk)),
  );
};

const taken = (data: DiscountCodeData, place: Key) => {
  const externalId = externalIdAt(data, place);
  const what = externalId === undefined ? `The code ${data.code}` : `The external id ${externalId}`;
  return refusal('code_taken', `${what} is taken in that store`);
};

/** The record under that code; undefined when the code is another's, and a refusal when what else it goes by is. */
const claim = async (call: Call, record: StoredRecord<DiscountCodeData>, code: string) => {
  const named = { ...record, data: { ...record.data, code } };
  const outcome = await createRecord(call.service.table, named, namesOfCode(named.data));
  if (outcome.ok) return named;
  if (outcome.taken === 'externalId') {
    throw refusal('external_id_taken', `externalId ${record.externalId} is taken`);
  }
  if (outcome.alias && externalIdAt(named.data, outcome.alias)) throw taken(named.data, outcome.alias);
  return undefined;
};

/**
 * Orders may carry a code from before it was made known here, or be moved in or out by a new validity: their days are
 * computed again.
 */
const markOrdersSince = async (call: Call, startsAt: number | null): Promise<void> => {
  const { id, data } = call.merchant;
  if (data.firstFactOn === null) return;
  const today = todayOf(call.service, call.merchant);
  const first = firstDayOf(call.merchant, today);
  const started = startsAt === null ? first : dayOf(startsAt, data.timeZone);
  await markRange(call.service, id, started > first ? started : first, today);
};

/** Two random characters are 961 codes; when those keep being taken, three and then four. */
const suffixSize = (attempt: number): number => (attempt < 8 ? 2 : attempt < 16 ? 3 : 4);

/**
 * Claims the code: the caller's own, or one made of the creator's name. In turn the first free one is asked for; after
 * losing a race any free one, since many mints of one name at once would else all run for the same.
 */
const create = async (call: Call, record: StoredRecord<DiscountCodeData>): Promise<StoredRecord<DiscountCodeData>> => {
  if (record.data.code) {
    await markOrdersSince(call, record.data.startsAt);
    const made = await claim(call, record, record.data.code);
    if (!made) throw refusal('code_taken', `The code ${record.data.code} is taken in that store`);
    return made;
  }
  // A retry after a crash has the same id: what the first run claimed is the answer.
  const already = await recordById<DiscountCodeData>(call.service.table, record.id);
  if (already) return already;
  const creator = await recordById<CreatorData>(call.service.table, record.data.creatorId);
  const stem = codeStem(toAscii(creator?.data.name ?? ''), spokenAmount(record.data.value));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const free = await freeCandidates(call, record, codeCandidates(stem));
    const pick = attempt === 0 ? 0 : Math.floor(Math.random() * free.length);
    const code = free[pick] ?? lastResortCode(stem, codeLettersFor(record.id, attempt), suffixSize(attempt));
    const made = await claim(call, record, code);
    if (made) return made;
  }
  throw refusal('conflict', `No free code was found for ${stem}; send one of your own`);
};

const present = (_call: Call, record: StoredRecord<DiscountCodeData>) => ({
  ...stamps(record),
  ...record.data,
  externalIds: record.data.externalIds ?? [],
  startsAt: iso(record.data.startsAt),
  endsAt: iso(record.data.endsAt),
});

/** Whether orders are matched otherwise by the one than by the other. */
const isMatchedOtherwise = (a: DiscountCodeData, b: DiscountCodeData): boolean =>
  a.startsAt !== b.startsAt ||
  a.endsAt !== b.endsAt ||
  JSON.stringify(a.externalIds ?? []) !== JSON.stringify(b.externalIds ?? []);

/** Marks the days whose orders may change hands, and claims the names that the change adds. */
const beforeChange = async (call: Call, record: StoredRecord<DiscountCodeData>, next: DiscountCodeData) => {
  const { data } = record;
  if (isMatchedOtherwise(data, next)) {
    await markOrdersSince(call, data.startsAt === null ? null : Math.min(data.startsAt, next.startsAt ?? 0));
  }
  const renamed = await renameCode(call.service.table, record, next, call.now);
  if ('taken' in renamed) throw taken(next, renamed.taken);
  return renamed.release;
};

interface Filters {
  readonly code?: string;
  readonly creatorId?: string;
  readonly campaignId?: string;
  readonly storeId?: string;
}

/** The codes of that name in each of the merchant's stores. */
const codesNamed = async (call: Call, name: string): Promise<StoredRecord<DiscountCodeData>[]> => {
  const owner = { merchantId: call.merchant.id, kind: 'store' as const };
  const found = new Map<string, StoredRecord<DiscountCodeData>>();
  for await (const { record: store } of recordsOf(call.service.table, owner)) {
    const code = await codeInStore(call.service.table, store.id, name);
    if (code) found.set(code.id, code);
  }
  return [...found.values()];
};

const createCodes = operation(discountCodeRoutes.batch, (call) =>
  batch(call as Call, call.body.items, DiscountCodeBatchItem, 'discountCode', async (own, { externalId, ...body }) => {
    const errors: FieldError[] = [];
    const data = await build(own, body, errors);
    refuseErrors(errors);
    const record = freshRecord(own, 'discount-code', own.newId('cod'), externalId ?? null, data);
    return present(own, await create(own, record));
  }),
);

export const discountCodeOperations = [
  createCodes,
  ...resourceOperations<DiscountCodeData, Body, Patch, Filters>({
    routes: discountCodeRoutes as never,
    kind: 'discount-code',
    prefix: 'cod',
    build,
    change: async (call, data, patch, errors) => {
      const current = { ...data, storeId: null, code: null, startsAt: iso(data.startsAt), endsAt: iso(data.endsAt) };
      return build(call, { ...current, ...patch } as Body, errors, data);
    },
    beforeChange,
    present,
    create,
    filter: async (call, query) => {
      const creatorId = await filterId(call, 'creator', query.creatorId);
      const campaignId = await filterId(call, 'campaign', query.campaignId);
      const storeId = await filterId(call, 'store', query.storeId);
      return ({ data }) =>
        (!creatorId || data.creatorId === creatorId) &&
        (!campaignId || data.campaignId === campaignId) &&
        (!storeId || data.storeIds.includes(storeId));
    },
    lookup: async (call, query) => (query.code ? codesNamed(call, query.code) : undefined),
  }),
];
