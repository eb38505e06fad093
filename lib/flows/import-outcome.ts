// What became of the lines of an import, one by one and added up.
import type { ImportAnswer, LineFault } from '../contracts/imports.ts';

export interface LineRejected {
  readonly line: number;
  readonly code: LineFault;
  readonly message: string;
}

/** A line that told something new, one that did not, or one that was not taken. */
export type LineOutcome = { readonly line: number; readonly outcome: 'accepted' | 'duplicate' } | LineRejected;

/** Thousands of rejected lines are one answer, and that has room for 6 MB. */
const LONGEST_MESSAGE = 300;

export const rejected = (line: number, code: LineFault, message: string): LineRejected => ({
  line,
  code,
  message: message.slice(0, LONGEST_MESSAGE).toWellFormed(),
});

export const isRejected = (outcome: object): outcome is LineRejected => 'code' in outcome;

export const addedUp = (outcomes: readonly LineOutcome[]): ImportAnswer => {
  const faults = outcomes.filter(isRejected);
  const count = (wanted: 'accepted' | 'duplicate') =>
    outcomes.filter((one) => !isRejected(one) && one.outcome === wanted).length;
  return {
    accepted: count('accepted'),
    duplicates: count('duplicate'),
    rejected: faults.toSorted((a, b) => a.line - b.line),
  };
};
