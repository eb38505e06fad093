// What time it is, as an argument: tests and the demo's thirty days run on a clock of their own.

/** Milliseconds since the epoch. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
