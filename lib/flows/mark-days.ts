// Marking days dirty before a fact is written; the same mark within seconds is set once.
import { addDays, type Day } from '../domain/days.ts';
import { markDirty } from '../table/dirty-days.ts';
import { mapAtOnce } from './at-once.ts';
import type { Service } from './service.ts';

/** A mark this fresh still covers the writer that meets it: runs wait this much longer before they trust a mark. */
export const STILL_FRESH_MS = 20_000;
const MOST_REMEMBERED = 10_000;
const MARKS_AT_ONCE = 32;

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

/**
 * Marks every day from one to today (two items, however many), for what reaches back: an adopted code, a changed
 * validity. Today is a mark of its own, since it can't be cleared before the day has ended: in one with the days before
 * it, all of them would be computed again by every run until then.
 */
export const markRange = async (service: Service, merchantId: string, from: Day, today: Day): Promise<void> => {
  const yesterday = addDays(today, -1);
  const ranges = [
    { from, to: yesterday },
    { from: today, to: today },
  ].filter(({ to }) => from <= to);
  const markedAt = service.clock();
  await Promise.all(ranges.map((range) => markDirty(service.table, { merchantId, ...range, markedAt })));
};

/** Runs of days that follow one another, each as its first and its last. */
const spansOf = (days: readonly Day[]): { from: Day; to: Day }[] => {
  const spans: { from: Day; to: Day }[] = [];
  for (const day of [...new Set(days)].sort()) {
    const last = spans.at(-1);
    if (last && addDays(last.to, 1) === day) last.to = day;
    else spans.push({ from: day, to: day });
  }
  return spans;
};

/** Marks many days in few items: days that follow one another share one, and today has its own. */
export const markSpans = async (
  service: Service,
  merchantId: string,
  days: readonly Day[],
  today: Day,
): Promise<void> => {
  const markedAt = service.clock();
  const ended = spansOf(days.filter((day) => day < today));
  const others = days.filter((day) => day >= today).map((day) => ({ from: day, to: day }));
  const mark = (span: { from: Day; to: Day }) => markDirty(service.table, { merchantId, ...span, markedAt });
  await mapAtOnce([...ended, ...others], MARKS_AT_ONCE, mark);
};
