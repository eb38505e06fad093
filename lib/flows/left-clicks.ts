// Clicks that the redirect left in the queue, stored once the table takes them again.
import * as z from 'zod';
import { type Day, dayOf } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { retentionOf } from '../domain/retention.ts';
import type { ClickQueue, QueuedClick } from '../platform/click-queue.ts';
import { storeClick } from '../table/clicks.ts';
import { recordById, type StoredRecord } from '../table/records.ts';
import type { LeftClick } from './keep-click.ts';
import { markRange, STILL_FRESH_MS } from './mark-days.ts';
import type { Service } from './service.ts';

const text = z.string();
const LeftClickShape: z.ZodType<LeftClick> = z.strictObject({
  merchantId: text,
  place: z.strictObject({
    day: text,
    shard: z.int().min(0),
    visitor: text.nullable(),
    at: z.int(),
    suffix: text,
  }),
  facts: z.strictObject({
    linkId: text,
    method: z.enum(['GET', 'HEAD']),
    userAgent: text.nullable(),
    purpose: text.nullable(),
    referrerHost: text.nullable(),
    country: text.nullable(),
    language: text.nullable().optional(),
    repeat: z.boolean().optional(),
    externalId: text.nullable(),
  }),
});
/** SQS keeps a click for two weeks; what says it is older, or yet to come, is none of ours. */
const OLDEST_MS = 15 * 86_400_000;
const CLOCKS_APART_MS = 5 * 60_000;

const isTooOld = ({ place }: LeftClick, now: number): boolean => place.at <= now - OLDEST_MS;

/** Whether a click's place is one it can have had: a far day would have every day from it on computed again. */
const isPossible = (click: LeftClick, timeZone: string, now: number): boolean => {
  const { at, day } = click.place;
  return !isTooOld(click, now) && at < now + CLOCKS_APART_MS && dayOf(at, timeZone) === day;
};

/** What SQS would have forgotten, such as the clicks of a machine that was off for weeks: it can only get older. */
const giveUp = ({ log, count }: Service, { facts, place }: LeftClick): void => {
  log.error('left click given up: it waited too long', { linkId: facts.linkId, day: place.day });
  count('ClicksLost');
};

/** Receipts of up to ten that are worked at side by side. */
const AT_ONCE = 8;

/**
 * The days from one on, marked before a late click of it is stored; once for the clicks that come within seconds, for a
 * run that began later than that may have read the day by then. A mark that failed is tried again by the next click.
 */
const createLateMarks = (service: Service) => {
  const marked = new Map<string, { readonly at: number; readonly mark: Promise<void> }>();
  return (merchant: StoredRecord<MerchantData>, day: Day): Promise<void> => {
    const now = service.clock();
    const today = dayOf(now, merchant.data.timeZone);
    if (day >= today) return Promise.resolve();
    const name = `${merchant.id}#${day}`;
    const last = marked.get(name);
    if (last && now - last.at <= STILL_FRESH_MS) return last.mark;
    const mark = markRange(service, merchant.id, day, today);
    marked.set(name, { at: now, mark });
    mark.catch(() => marked.delete(name));
    return mark;
  };
};

/**
 * Stores a click that was left. Its place is its key, so that one delivered twice is stored once. Orders placed since
 * may be credited by it: once its day is past, the days from then on are marked first.
 */
const storeLeft = async (service: Service, queued: QueuedClick, mark: ReturnType<typeof createLateMarks>) => {
  const click = LeftClickShape.parse(JSON.parse(queued.text));
  const { merchantId, place, facts } = click;
  if (service.clickQueue?.keepsForEver && isTooOld(click, service.clock())) return giveUp(service, click);
  const merchant = await recordById<MerchantData>(service.table, merchantId);
  if (!merchant) return;
  if (!isPossible(click, merchant.data.timeZone, service.clock()))
    throw new Error('the place of a click is not possible');
  await mark(merchant, place.day);
  await storeClick(service.table, merchantId, place, facts, { days: retentionOf(merchant.data).clickDays });
};

/** Stores up to ten clicks of the queue; false when there are none, or none that could be stored. */
const storeSome = async (service: Service, queue: ClickQueue, mark: ReturnType<typeof createLateMarks>) => {
  const received = await queue.receive();
  if (received.length === 0) return false;
  const outcomes = await Promise.allSettled(received.map((click) => storeLeft(service, click, mark)));
  const stored = received.filter((_, i) => outcomes[i]?.status === 'fulfilled');
  await queue.remove(stored);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') service.log.error('left click not stored', { error: outcome.reason });
  }
  // With the table still out of reach the rest would only use up its attempts.
  return stored.length > 0;
};

/**
 * Stores the clicks that wait in the queue, as many as there are or time allows. One that can't be stored stays there,
 * and at last goes to the dead letters.
 */
export const storeLeftClicks = async (service: Service, until: number): Promise<void> => {
  const { clickQueue: queue } = service;
  if (!queue) return;
  const mark = createLateMarks(service);
  const work = async () => {
    while (service.clock() < until && (await storeSome(service, queue, mark)));
  };
  // All of them to their ends: none may be left at work when the function has answered.
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
};
