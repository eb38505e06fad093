// The click that an order made now would carry.
import { consent } from './consent.ts';
import { clickIn, keptClick } from './kept-click.ts';

/** The click that led to this page; it outlives the address it came in, and serves where nothing can be stored. */
export const landed = clickIn(location.search);

/** The click that an order made now would carry; empty without one. */
export const current = (): string => {
  const decision = consent();
  return (decision !== false && keptClick()) || (decision ? landed : '');
};
