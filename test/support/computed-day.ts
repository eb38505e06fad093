// A day as a roll-up computes it, with nothing in it unless told.
import type { ComputedDay } from '../../lib/domain/rollup.ts';

export const aComputedDay = (over: Partial<ComputedDay> = {}): ComputedDay => ({
  rows: [],
  credits: [],
  stores: [],
  narrow: { order: [], sku: [], product: [], collection: [] },
  ...over,
});
