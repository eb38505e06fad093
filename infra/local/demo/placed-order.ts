// An order as the shop has it once it is placed: the plan, plus its number, its time and what the browser brought.
import type { PlannedOrder } from './plan.ts';

export interface PlacedOrder {
  readonly plan: PlannedOrder;
  /** The shop's own number: 1001, 1002 ... */
  readonly number: number;
  /** When the buyer finished checkout, in ms. */
  readonly placedAt: number;
  /** The page the buyer landed on, path and query, with the click id that the redirect gave; null without a click. */
  readonly landing: string | null;
  /** The code as typed at checkout. */
  readonly code: string | null;
}

/** The click id in the landing page's address; null for those who asked not to be tracked. */
export const clickIdOf = ({ landing }: PlacedOrder): string | null =>
  landing === null ? null : new URL(landing, 'https://shop.invalid').searchParams.get('trb_click');

/** What the buyer paid in all, in cents. */
export const totalOf = ({ plan: { basket } }: PlacedOrder): number => {
  const items = basket.lines.reduce((sum, line) => sum + line.product.price * line.quantity, 0);
  return items - basket.discounts + basket.shipping + basket.tax;
};
