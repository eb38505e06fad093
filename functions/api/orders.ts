// Orders: what the shop said, what became of it, and why it is credited as it is.
import { orderRoutes } from '../../lib/contracts/orders.ts';
import type { DirectAttribution, JudgedTouch, Touch } from '../../lib/domain/attribution/direct.ts';
import { foldCode } from '../../lib/domain/codes.ts';
import { addDays, dayOf, startOfDay } from '../../lib/domain/days.ts';
import { type KeptCredit, ownerOf } from '../../lib/domain/kept-credit.ts';
import { bookedOf } from '../../lib/domain/orders/booking.ts';
import { isSale } from '../../lib/domain/orders/events.ts';
import { orderHistory } from '../../lib/domain/orders/fold.ts';
import type { HistoryItem } from '../../lib/domain/orders/history.ts';
import { byTime, type LedgerEntry, type LineChange } from '../../lib/domain/orders/ledger.ts';
import type { OrderCredit } from '../../lib/domain/rollup.ts';
import { giftRulesOf } from '../../lib/domain/rules.ts';
import { attributeOrder, customerOf } from '../../lib/flows/attribute-order.ts';
import { createLookup, type Lookup } from '../../lib/flows/lookup.ts';
import { createKeptCredits } from '../../lib/flows/sealed-day.ts';
import { invalid } from '../../lib/http/refusal.ts';
import { ordersBetween, readOrderPartition, type StoredOrder } from '../../lib/table/orders.ts';
import { readRollups } from '../../lib/table/rollups.ts';
import { iso } from './instants.ts';
import { page } from './lists.ts';
import { type Call, type Merchant, operation } from './operation.ts';
import { listedByExternalId, ownOrder } from './own-orders.ts';
import { filterId } from './references.ts';

/** Credits as of the last roll-up, each day's read once per request. */
const creditsOf = (call: Call) => {
  const days = new Map<string, Promise<ReadonlyMap<string, OrderCredit>>>();
  const read = async (day: string) => {
    const [rollup] = await readRollups(call.service.table, call.merchant.id, [day]);
    return new Map((rollup?.day.credits ?? []).map((credit) => [credit.orderId, credit]));
  };
  return async (order: StoredOrder): Promise<OrderCredit | undefined> => {
    if (order.fold.placedAt === null) return undefined;
    const day = dayOf(order.fold.placedAt, call.merchant.data.timeZone);
    const reading = days.get(day) ?? read(day);
    days.set(day, reading);
    return (await reading).get(order.id);
  };
};

/** What an order of another currency is converted by, and what it comes to in the merchant's. */
const presentConversion = (merchant: Merchant, { fx, booked }: StoredOrder['fold']) => {
  if (!fx || !booked) return { fx: null, converted: null };
  const { rate, base, quote, on, source } = fx;
  const { gross, discounts, refunds, net, shipping, tax } = booked;
  return {
    fx: { rate, base, quote, date: on, source },
    converted: {
      ...{ currency: merchant.data.currency, grossRevenue: gross, discounts, refunds, netRevenue: net },
      ...{ shipping, tax },
    },
  };
};

const present = async (call: Call, order: StoredOrder, credit: OrderCredit | undefined, lookup: Lookup) => {
  const { fold } = order;
  return {
    id: order.id,
    externalId: order.externalId,
    storeId: order.storeId,
    name: fold.name,
    placedAt: iso(fold.placedAt),
    currency: fold.currency,
    grossRevenue: fold.current.gross,
    discounts: fold.current.discounts,
    refunds: fold.current.refunds,
    chargebacks: fold.chargebacks ?? 0,
    netRevenue: fold.current.net,
    total: fold.current.charged,
    shipping: fold.current.shipping,
    tax: fold.current.tax,
    ...presentConversion(call.merchant, fold),
    units: fold.units,
    lines: fold.lines.map(({ gross: _gross, ...line }) => line),
    discountCodes: fold.codes,
    clickId: fold.clickId,
    customer: await customerOf(call.service, call.merchant, order, lookup),
    kind: fold.kind,
    channel: fold.channel ?? 'web',
    country: fold.country ?? null,
    tags: [...(fold.manualReason === undefined ? [] : ['manual']), ...(fold.tags ?? [])],
    manualReason: fold.manualReason ?? null,
    subscriptionId: fold.subscriptionId ?? null,
    renewalNumber: fold.renewalNumber ?? null,
    parentExternalId: fold.parentExternalId ?? null,
    state: fold.state,
    cancelledAt: iso(fold.cancelledAt),
    updatedAt: iso(fold.updatedAt),
    creatorId: credit?.creatorId ?? null,
    erasedAt: iso(order.erased?.at ?? null),
    selfPurchase: credit?.selfPurchase ?? false,
  };
};

/** Whether an order used a code, as shoppers type it or by one of the ids that its shop has for it. */
const usedCode = async ({ storeId, fold }: StoredOrder, code: string, lookup: Lookup): Promise<boolean> => {
  if (fold.codes.some((used) => foldCode(used.code) === code)) return true;
  const known = await Promise.all(fold.codes.map((used) => lookup.codeInStore(storeId, used.code)));
  return known.some((record) => record !== undefined && foldCode(record.data.code) === code);
};

const listOrders = operation(orderRoutes.listOrders, async (anyCall) => {
  const call = anyCall as Call;
  const { query } = anyCall;
  const { table } = call.service;
  const zone = call.merchant.data.timeZone;
  if (query.from && query.to && query.to < query.from) {
    throw invalid('/query/to', 'ends_before_start', 'must not be before from');
  }
  const creatorId = await filterId(call, 'creator', query.creatorId);
  const storeId = await filterId(call, 'store', query.storeId);
  const code = query.code === undefined ? undefined : foldCode(query.code);
  const span = {
    ...(query.from && { from: startOfDay(query.from, zone) }),
    ...(query.to && { to: startOfDay(addDays(query.to, 1), zone) }),
  };
  const creditOf = creditsOf(call);
  const lookup = createLookup(table);
  const keep = async (order: StoredOrder) => {
    const { fold } = order;
    if (storeId && order.storeId !== storeId) return false;
    if (query.state && fold.state !== query.state) return false;
    if (query.name && fold.name !== query.name) return false;
    if (code !== undefined && !(await usedCode(order, code, lookup))) return false;
    if (!creatorId && query.unattributed === undefined) return true;
    const credit = await creditOf(order);
    if (creatorId && credit?.creatorId !== creatorId) return false;
    if (query.unattributed === undefined) return true;
    if (fold.state !== 'paid' || credit === undefined) return false;
    // Only a sale that counts is without a creator: a test, a gift or a renewal is nobody's to find one for.
    return query.unattributed ? credit.creatorId === null && isSale(fold.kind) : credit.creatorId !== null;
  };
  return page(
    call,
    orderRoutes.listOrders.id,
    async function* (position) {
      if (query.externalId !== undefined) return yield* listedByExternalId(call, query.externalId, span, position);
      for await (const { order, position: at } of ordersBetween(table, call.merchant.id, { ...span, position })) {
        yield { item: order, position: at };
      }
    },
    keep,
    (orders) => Promise.all(orders.map(async (order) => present(call, order, await creditOf(order), lookup))),
  );
});

const presentLineChange = ({ lineId, units = 0, gross = 0, discounts = 0, refunds = 0 }: LineChange) => ({
  lineId,
  units,
  grossRevenue: gross,
  discounts,
  refunds,
});

/** The ledger as people read it: the sale first, then what happened since. */
const presentLedger = (call: Call, order: StoredOrder, entries: readonly LedgerEntry[]) => {
  const { sale, placedAt } = order.fold;
  if (!sale || placedAt === null) return [];
  const zone = call.merchant.data.timeZone;
  const first = { id: 'sale', type: 'sale' as const, at: placedAt, orders: 1, refunds: 0, excess: 0, ...sale };
  const all: readonly (typeof first | LedgerEntry)[] = [first, ...entries.toSorted(byTime)];
  return all.map(({ at, gross, discounts, refunds, ...entry }) => ({
    ...entry,
    at: iso(at),
    day: dayOf(at, zone),
    grossRevenue: gross,
    discounts,
    refunds,
    netRevenue: gross - discounts - refunds,
    lines: 'lines' in entry && entry.lines ? entry.lines.map(presentLineChange) : [],
  }));
};

/** The fields whose changes a history tells, by their names in the API. */
const HISTORY_NAMES: Partial<Readonly<Record<string, string>>> = {
  gross: 'grossRevenue',
  net: 'netRevenue',
  codes: 'discountCodes',
};

const INSTANTS: ReadonlySet<string> = new Set(['placedAt', 'cancelledAt']);

const presentChange = ({ field, from, to }: HistoryItem['changes'][number]) => {
  const shown = (value: unknown) => (INSTANTS.has(field) ? iso(value as number | null) : value);
  return { field: HISTORY_NAMES[field] ?? field, from: shown(from), to: shown(to) };
};

/** An order with its history and ledger. */
export const presentWhole = async (call: Call, order: StoredOrder) => {
  const { events, entries } = await readOrderPartition(call.service.table, order.id);
  const history = orderHistory(events, giftRulesOf(call.merchant.data)).map((item) => ({
    ...item,
    receivedAt: iso(item.receivedAt),
    at: iso(item.at),
    changes: item.changes.map(presentChange),
  }));
  const shown = await present(call, order, await creditsOf(call)(order), createLookup(call.service.table));
  return { ...shown, history, ledger: presentLedger(call, order, entries) };
};

const getOrder = operation(orderRoutes.getOrder, async (anyCall) => {
  const call = anyCall as Call;
  return { status: 200, body: await presentWhole(call, await ownOrder(call)) };
});

type Nearest = Partial<Touch> & Pick<Touch, 'type' | 'creatorId' | 'campaignId'>;

const presentTouch = (touch: Nearest, accepted: boolean, reason: string) => ({
  type: touch.type,
  at: 'at' in touch && touch.at !== undefined ? iso(touch.at) : null,
  creatorId: touch.creatorId,
  campaignId: touch.campaignId,
  linkId: 'linkId' in touch ? (touch.linkId ?? null) : null,
  codeId: 'codeId' in touch ? (touch.codeId ?? null) : null,
  clickId: 'clickId' in touch ? (touch.clickId ?? null) : null,
  code: 'code' in touch ? (touch.code ?? null) : null,
  accepted,
  reason,
});

const presentJudged = ({ touch, accepted, reason }: JudgedTouch) => presentTouch(touch, accepted, reason);

/** Why an order is credited to nobody, whatever it carries: it does not count, or it was given and not sold. */
const nobodysReason = ({ state, kind }: StoredOrder['fold']): string | null => {
  if (state !== 'paid') return `order_${state}`;
  return kind === 'gift' ? 'order_gift' : null;
};

/** Why nobody is credited, and what came nearest; of a credit that was kept, the reason alone is. */
const missingOf = ({ unattributed }: DirectAttribution, kept: KeptCredit | undefined) => {
  if (kept) return kept.reason === null ? null : { reason: kept.reason, nearest: null };
  if (unattributed === null) return null;
  const { reason, nearest } = unattributed;
  return { reason, nearest: nearest && presentTouch(nearest, false, reason) };
};

const getOrderAttribution = operation(orderRoutes.getOrderAttribution, async (anyCall) => {
  const call = anyCall as Call;
  const order = await ownOrder(call);
  const lookup = createLookup(call.service.table);
  const facts = await attributeOrder(call.service, call.merchant, order, lookup);
  const { attribution, creditFollows, unknownClickId, unknownCodes, selfPurchase } = facts;
  const kept = await createKeptCredits(call.service, call.merchant).ofOrder(order, lookup);
  const { owner, conflict } = kept ? { owner: ownerOf(kept), conflict: kept.conflict } : attribution;
  const nobodys = nobodysReason(order.fold);
  const credit = owner && {
    creatorId: owner.creatorId,
    campaignId: owner.campaignId,
    linkId: owner.linkId,
    codeId: owner.codeId,
    share: 1,
    netRevenue: bookedOf(order.fold).net,
  };
  const body = {
    orderId: order.id,
    ruleVersion: attribution.rules.version,
    lookbackDays: attribution.rules.lookbackDays,
    conflictPolicy: attribution.rules.conflictPolicy,
    touches: attribution.touches.map(presentJudged),
    conflict,
    kind: order.fold.kind,
    creditFollows,
    credits: { direct: nobodys === null && credit ? [credit] : [] },
    sealed: kept !== undefined,
    selfPurchase,
    unknownClickId,
    unknownCodes,
    unattributed: nobodys === null ? missingOf(attribution, kept) : { reason: nobodys, nearest: null },
  };
  return { status: 200, body };
});

export const orderOperations = [listOrders, getOrder, getOrderAttribution];
