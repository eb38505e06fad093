// The demo's own clock: set by hand, forward only.
import type { Clock } from '../../../lib/platform/clock.ts';

export interface DemoClock {
  readonly now: Clock;
  /** Throws when asked to go back: facts would be told out of time. */
  readonly moveTo: (instant: number) => void;
}

export const createDemoClock = (from: number): DemoClock => {
  let current = from;
  return {
    now: () => current,
    moveTo: (instant) => {
      if (instant < current) throw new Error('The demo clock only moves forward');
      current = instant;
    },
  };
};
