// A day as a roll-up computes it, with nothing in it unless told.
import type { ComputedDay } from '../../lib/domain/rollup.ts';

/** No clicks by any dimension. */
const NO_CLICK_ROWS: ComputedDay['clicks'] = {
  ...{ device: [], os: [], app: [], referrerHost: [], clickCountry: [], language: [] },
};

export const aComputedDay = (over: Partial<ComputedDay> = {}): ComputedDay => ({
  rows: [],
  credits: [],
  stores: [],
  narrow: { order: [], sku: [], product: [], collection: [] },
  clicks: NO_CLICK_ROWS,
  ...over,
});
