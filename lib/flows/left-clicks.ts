// Clicks that the redirect left in the queue, stored once the table takes them again.
import * as z from 'zod';
import { dayOf } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import type { QueuedClick } from '../platform/click-queue.ts';
import { storeClick } from '../table/clicks.ts';
import { recordById } from '../table/records.ts';
import type { LeftClick } from './leave-click.ts';
import { markRange } from './mark-days.ts';
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
    externalId: text.nullable(),
  }),
});
/** A round takes this many receipts of up to ten: what is left waits for the next one, minutes later. */
const MOST_RECEIPTS = 200;

/**
 * Stores a click that was left. Its place is its key, so that one delivered twice is stored once. Orders placed since
 * may be credited by it: once its day is past, the days from then on are marked first.
 */
const storeLeft = async (service: Service, queued: QueuedClick): Promise<void> => {
  const { merchantId, place, facts } = LeftClickShape.parse(JSON.parse(queued.text));
  const merchant = await recordById<MerchantData>(service.table, merchantId);
  if (merchant) {
    const today = dayOf(service.clock(), merchant.data.timeZone);
    if (place.day < today) await markRange(service, merchantId, place.day, today);
    await storeClick(service.table, merchantId, place, facts);
  }
};

/** Stores the clicks that wait in the queue. One that can't be stored stays there, and at last goes to the dead letters. */
export const storeLeftClicks = async (service: Service): Promise<void> => {
  const { clickQueue: queue } = service;
  if (!queue) return;
  for (let receipts = 0; receipts < MOST_RECEIPTS; receipts++) {
    const received = await queue.receive();
    if (received.length === 0) return;
    const outcomes = await Promise.allSettled(received.map((click) => storeLeft(service, click)));
    const stored = received.filter((_, i) => outcomes[i]?.status === 'fulfilled');
    await queue.remove(stored);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') service.log.error('left click not stored', { error: outcome.reason });
    }
    // With the table still out of reach the rest would only use up its attempts.
    if (stored.length === 0) return;
  }
};
