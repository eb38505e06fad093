// The night: closes each merchant's day once it has ended, and heals the days that changed since they were closed.
import { createHash } from 'node:crypto';
import { addDays, type Day, dayOf, daysFrom, startOfDay } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { allDirtyDays, type DirtyMark, dirtyDaysOf } from '../table/dirty-days.ts';
import { recordById, recordsOf, replaceRecord, type StoredRecord } from '../table/records.ts';
import { readHeaders } from '../table/rollups.ts';
import { clearDay, rollUpDays, settledMarks } from './roll-up-days.ts';
import type { Service } from './service.ts';
import { reportSilentStores } from './silent-stores.ts';
import { sweep } from './sweep.ts';

type Merchant = StoredRecord<MerchantData>;

/** A day is closed this long after it has ended: webhooks of its last minutes are in by then. */
const SETTLING_MS = 15 * 60_000;
/** The night comes every hour; a merchant whose day is still open after three of them is late. */
const HOUR_MS = 3_600_000;
const LATE_MS = 3 * HOUR_MS;
/**
 * A closed day that changed is healed within the hour; one that took longer than this to compute, once in so many
 * hours. Refunds would else have days of a million clicks read through every hour, each for a few cents.
 */
const QUICK_MS = 10_000;
const SLOW_EVERY_MS = 20 * HOUR_MS;
/** Handed to one run together: most are idle, and their day takes a tenth of a second. */
const MERCHANTS_A_TASK = 25;

/** The last local day that had ended, and settled, at an instant. */
const lastClosable = ({ data }: Merchant, at: number): Day => {
  const today = dayOf(at, data.timeZone);
  return addDays(today, at >= startOfDay(today, data.timeZone) + SETTLING_MS ? -1 : -2);
};

const firstOpen = ({ createdAt, data }: Merchant): Day =>
  data.closedThrough === null ? dayOf(createdAt, data.timeZone) : addDays(data.closedThrough, 1);

/** Days to close, and closed ones that have changed, each oldest first. */
const daysToDo = (merchant: Merchant, marks: readonly DirtyMark[], through: Day) => {
  const open = daysFrom(firstOpen(merchant), through);
  const dirty = marks.flatMap((mark) => daysFrom(mark.from, mark.to)).filter((day) => day < firstOpen(merchant));
  return { open, changed: [...new Set(dirty)].filter((day) => day <= through).sort() };
};

const hasDaysToDo = ({ open, changed }: ReturnType<typeof daysToDo>): boolean => open.length + changed.length > 0;

/** Writes how far a merchant is closed; never back. */
const noteClosed = async (service: Service, merchant: Merchant, through: Day): Promise<void> => {
  let current: Merchant | undefined = merchant;
  while (current && (current.data.closedThrough ?? '') < through) {
    if (await replaceRecord(service.table, { ...current, data: { ...current.data, closedThrough: through } })) return;
    current = await recordById<MerchantData>(service.table, merchant.id);
  }
};

/** Of closed days that changed, those to be computed again now. */
const toHeal = async (service: Service, merchant: Merchant, days: readonly Day[]): Promise<Day[]> => {
  const headers = await readHeaders(service.table, merchant.id, days);
  const now = service.clock();
  const waiting = headers.filter(
    ({ startedAt, computedAt }) => computedAt - startedAt > QUICK_MS && now - computedAt < SLOW_EVERY_MS,
  );
  const later = new Set(waiting.map(({ day }) => day));
  return days.filter((day) => !later.has(day));
};

/**
 * Closes one merchant's days that have ended, which people wait for, and then recomputes those changed since they were
 * closed. Every day is noted as it is done: when the time is up, or the run dies, the next one goes on from there.
 */
const closeMerchant = async (service: Service, merchantId: string, until: number): Promise<void> => {
  // Before anything is read: a change made and marked while we read is not one that this run has seen.
  const time = { startedAt: service.clock(), until };
  const merchant = await recordById<MerchantData>(service.table, merchantId);
  if (!merchant) return;
  const through = lastClosable(merchant, time.startedAt);
  if (!hasDaysToDo(daysToDo(merchant, await dirtyDaysOf(service.table, merchantId), through))) return;
  const marks = await settledMarks(service, merchant);
  const { open, changed } = daysToDo(merchant, marks, through);
  const days = [...open, ...(await toHeal(service, merchant, changed))];
  let left = marks;
  const done = await rollUpDays(service, merchant, days, time, async (day, isWritten) => {
    if (open.includes(day)) await noteClosed(service, merchant, day);
    if (isWritten) left = await clearDay(service, left, day, time.startedAt);
    return true;
  });
  const closed = open.slice(0, done).at(-1);
  if (closed !== undefined) await reportSilentStores(service, merchant, closed);
};

/** One merchant's trouble is not the others'; the next hour tries again. */
const closeOne = async (service: Service, merchantId: string, until: number): Promise<void> => {
  try {
    await closeMerchant(service, merchantId, until);
  } catch (error) {
    service.count('NightFailures');
    service.log.error('night not finished', { merchantId, error });
  }
};

const isLate = (merchant: Merchant, now: number): boolean =>
  firstOpen(merchant) <= lastClosable(merchant, now - LATE_MS);

/** The merchants that have days to close or to heal; says how many of all of them are late. */
async function* merchantsDue(service: Service): AsyncGenerator<Merchant> {
  const marks = Map.groupBy(await allDirtyDays(service.table), ({ merchantId }) => merchantId);
  let late = 0;
  for await (const { record } of recordsOf<MerchantData>(service.table, 'merchants')) {
    const now = service.clock();
    if (isLate(record, now)) late += 1;
    if (hasDaysToDo(daysToDo(record, marks.get(record.id) ?? [], lastClosable(record, now)))) yield record;
  }
  service.count('MerchantsLate', late);
  if (late > 0) service.log.warn('merchants late', { late });
}

/** The nightly job, run every hour: a merchant with nothing to do costs no read of its own, a missed run heals itself. */
export const closeDays = async (service: Service): Promise<void> => {
  for await (const { id } of merchantsDue(service)) await closeOne(service, id, Number.POSITIVE_INFINITY);
};

/** The night in one process, after what a crash left half-way. */
export const runNight = async (service: Service): Promise<void> => {
  await sweep(service);
  await closeDays(service);
};

/** An order of merchants that is another one every hour, so that nobody is always behind one whose day kills a run. */
const shuffled = (ids: readonly string[], hour: number): string[] => {
  const place = (id: string) => createHash('sha256').update(`${hour}#${id}`).digest('hex');
  return ids
    .map((id) => [place(id), id] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, id]) => id);
};

/** The nightly job where one run has minutes: finds who has days to do, and hands them over some at a time. */
export const handOutNight = async (service: Service): Promise<void> => {
  const due = (await Array.fromAsync(merchantsDue(service))).map(({ id }) => id);
  const ids = shuffled(due, Math.floor(service.clock() / HOUR_MS));
  for (let i = 0; i < ids.length; i += MERCHANTS_A_TASK) {
    await service.handOver({ merchantIds: ids.slice(i, i + MERCHANTS_A_TASK) });
  }
};

/** The night of some merchants; those not begun by `until` are left to the next one. */
export const closeMerchants = async (
  service: Service,
  merchantIds: readonly string[],
  until: number,
): Promise<void> => {
  for (const id of merchantIds) {
    if (service.clock() >= until) return;
    await closeOne(service, id, until);
  }
};
