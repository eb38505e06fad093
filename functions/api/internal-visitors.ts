// Which days a change of the merchant's own visitors reaches back to, marked to be computed again.
import { visitorOfId } from '../../lib/domain/clicks/visitor-id.ts';
import { addDays, type Day, dayOf } from '../../lib/domain/days.ts';
import { oldestClick } from '../../lib/flows/journeys.ts';
import { markRange } from '../../lib/flows/mark-days.ts';
import { firstDayOf } from '../../lib/flows/read-days.ts';
import { birthOf } from '../../lib/platform/visitors.ts';
import { daysOfVisitor } from '../../lib/table/imported-clicks.ts';
import type { Call, Merchant } from './operation.ts';

/** The first day a visitor can have clicked on; undefined for one that another tool named and that never did. */
const firstDay = async (call: Call, merchant: Merchant, id: string, today: Day): Promise<Day | undefined> => {
  const visitor = visitorOfId(id);
  const birth = birthOf(visitor);
  // Born on a UTC day: the local one may be the day before.
  if (birth !== null) return addDays(birth, -1);
  const span = { from: firstDayOf(merchant, today), to: today };
  return (await daysOfVisitor(call.service.table, merchant.id, visitor, span))[0];
};

/**
 * Marks the days from the first on which a visitor that was added or removed can have clicked: its traffic, and orders it
 * led to since. Days whose clicks are gone stay as they are.
 */
export const markVisitors = async (
  call: Call,
  merchant: Merchant,
  listed: readonly string[] | undefined,
): Promise<void> => {
  const [before, after] = [new Set(merchant.data.internalVisitors), new Set(listed)];
  const changed = [...before.symmetricDifference(after)];
  if (changed.length === 0) return;
  const zone = merchant.data.timeZone;
  const today = dayOf(call.now, zone);
  const days = await Promise.all(changed.map((id) => firstDay(call, merchant, id, today)));
  const [first] = days.filter((day) => day !== undefined && day <= today).sort();
  if (first === undefined) return;
  const oldest = dayOf(oldestClick(call.service, merchant), zone);
  await markRange(call.service, merchant.id, first > oldest ? first : oldest, today);
};
