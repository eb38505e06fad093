// Stores that sold nearly every day and have stopped: a webhook switched off looks like that before anyone misses it.
import { addDays, type Day, daysFrom } from './days.ts';

/** Without an order on this many days in a row a store counts as silent ... */
const SILENT_DAYS = 2;
/** ... if it sold on most of the days of the two weeks before. */
const USUAL_DAYS = 14;
const USUAL_SALES_DAYS = 10;

/** The days one has to know of to tell which stores fell silent up to `through`. */
export const silenceWindow = (through: Day): { readonly from: Day; readonly to: Day } => ({
  from: addDays(through, 1 - SILENT_DAYS - USUAL_DAYS),
  to: through,
});

/** The days without a sale that make a store silent. */
const silentDays = (through: Day): Day[] => daysFrom(addDays(through, 1 - SILENT_DAYS), through);

/** The stores that fell silent, given which stores sold anything on each day of the window. */
export const silentStores = (storesOf: ReadonlyMap<Day, ReadonlySet<string>>, through: Day): string[] => {
  const silent = silentDays(through);
  const lately = new Set<string>();
  const salesDays = new Map<string, number>();
  for (const [day, stores] of storesOf) {
    for (const store of stores) {
      if (silent.includes(day)) lately.add(store);
      else salesDays.set(store, (salesDays.get(store) ?? 0) + 1);
    }
  }
  return [...salesDays]
    .filter(([store, days]) => days >= USUAL_SALES_DAYS && !lately.has(store))
    .map(([store]) => store)
    .sort();
};
