// One line that says how far the demo is: rewritten on a terminal, every few days elsewhere.
import type { Day } from '../../../lib/domain/days.ts';

const EVERY_DAYS = 5;
const LINE_UP_AND_CLEAR = '\u001b[1A\u001b[2K';

/** Gives a function that tells of a day begun. */
export const createProgress = (print: (line: string) => void, days: number, isTerminal: boolean) => {
  let printed = false;
  return (day: Day, number: number): void => {
    if (!isTerminal && number % EVERY_DAYS !== 0) return;
    const line = `Filling in the demo: day ${number} of ${days}, ${day}`;
    print(isTerminal && printed ? LINE_UP_AND_CLEAR + line : line);
    printed = true;
  };
};
