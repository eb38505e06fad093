// Marking days dirty before a fact is written; the same mark within seconds is set once.
import type { Day } from '../domain/days.ts';
import { markDirty } from '../table/dirty-days.ts';
import type { Service } from './service.ts';

/** A mark this fresh still covers the writer that meets it: runs wait this much longer before they trust a mark. */
const STILL_FRESH_MS = 20_000;
const MOST_REMEMBERED = 10_000;

const recent = new WeakMap<Service, Map<string, number>>();

/** Marks each of the days, before the fact that changes them is written. */
export const markDays = async (service: Service, merchantId: string, days: readonly Day[]): Promise<void> => {
  const now = service.clock();
  const marked = recent.get(service) ?? new Map<string, number>();
  recent.set(service, marked);
  if (marked.size > MOST_REMEMBERED) marked.clear();
  const stale = [...new Set(days)].filter((day) => {
    const last = marked.get(`${merchantId}#${day}`);
    return last === undefined || now - last > STILL_FRESH_MS || now < last;
  });
  await Promise.all(stale.map((day) => markDirty(service.table, { merchantId, from: day, to: day, markedAt: now })));
  for (const day of stale) marked.set(`${merchantId}#${day}`, now);
};

/** Marks every day from one to another (one item), for what reaches back: an adopted code, a changed validity. */
export const markRange = async (service: Service, merchantId: string, from: Day, to: Day): Promise<void> => {
  if (from <= to) await markDirty(service.table, { merchantId, from, to, markedAt: service.clock() });
};
