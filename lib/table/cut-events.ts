// Kept events cut to what may stay once the person behind their order is erased.
import type { OrderEvent } from '../domain/orders/events.ts';
import { packed, unpacked } from './packed.ts';
import { getItem, type Key, putItem, type Table } from './table.ts';

const ATTEMPTS = 10;

/**
 * Cuts a kept event to what may stay of it, unless it was before. What becomes of the event meanwhile is not undone: it is
 * read again.
 */
export const cutEvent = async (
  table: Table,
  place: Key,
  erasedAt: number,
  cut: (event: OrderEvent) => OrderEvent,
): Promise<void> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const item = await getItem(table, place);
    if (!item || item.erasedAt !== undefined) return;
    const event = unpacked<OrderEvent | null>(item.event);
    const values = { ':attempts': item.attempts, ':replayedAt': item.replayedAt };
    const same = (name: 'attempts' | 'replayedAt') =>
      item[name] === undefined ? `attribute_not_exists(${name})` : `${name} = :${name}`;
    const known = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
    const condition = {
      expression: `${same('attempts')} AND ${same('replayedAt')} AND attribute_not_exists(erasedAt)`,
      ...(Object.keys(known).length > 0 && { values: known }),
    };
    if (await putItem(table, { ...item, event: packed(event && cut(event)), erasedAt }, condition)) return;
  }
  throw new Error('An event kept changing while it was cut');
};
