// Who enters an order by hand: a claim on it, so that of two who enter the same one there is one order, told once.
import { eventById } from './inbox.ts';
import { keys } from './keys.ts';
import { getItem, type Item, NOT_THERE, putItem, type Table } from './table.ts';

/** No writer lives longer between its claim and its event. */
const PATIENCE_MS = 60_000;

export type Claim = 'mine' | 'taken' | 'in_progress';

/**
 * Claims an order for the event that enters it; the same event claims it again. `taken` where another event entered it,
 * `in_progress` while one may be about to. A claim whose event never came is taken over.
 */
export const claimOrder = async (table: Table, orderId: string, eventId: string, now: number): Promise<Claim> => {
  const claim: Item = { ...keys.enteredOrder(orderId), v: 1, eventId, claimedAt: now };
  if (await putItem(table, claim, NOT_THERE)) return 'mine';
  const held = await getItem(table, keys.enteredOrder(orderId));
  if (held?.eventId === eventId) return 'mine';
  if (held && (await eventById(table, String(held.eventId)))) return 'taken';
  if (!held || now - Number(held.claimedAt) <= PATIENCE_MS) return 'in_progress';
  const asSeen = { expression: 'eventId = :held', values: { ':held': held.eventId } };
  return (await putItem(table, claim, asSeen)) ? 'mine' : 'in_progress';
};
