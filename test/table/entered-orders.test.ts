// Who enters an order by hand, on a real engine: one of several, and nobody's claim holds for ever without its event.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimOrder } from '../../lib/table/entered-orders.ts';
import { eventIdOf, keepEvent } from '../../lib/table/inbox.ts';
import type { Table } from '../../lib/table/table.ts';
import { type TestTable, testTable } from '../support/engine.ts';
import { aSnapshot } from '../support/payloads/order-events.ts';
import { MERCHANT_ID } from '../support/records.ts';
import { TEST_NOW } from '../support/service.ts';

let opened: TestTable;
let table: Table;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());

let made = 0;
const anOrder = () => {
  const part = String(++made).padStart(16, '0');
  return { id: `ord_${part}`, event: (letter: string) => eventIdOf(part, letter.repeat(16)) };
};

describe('a claim on an order', () => {
  it('is one of several', async () => {
    const { id, event } = anOrder();
    const claims = await Promise.all(['a', 'b', 'c'].map((letter) => claimOrder(table, id, event(letter), TEST_NOW)));
    expect(claims.toSorted()).toEqual(['in_progress', 'in_progress', 'mine']);
  });

  it('is made again by the same event', async () => {
    const { id, event } = anOrder();
    for (const later of [0, 1, 90_000]) {
      expect(await claimOrder(table, id, event('a'), TEST_NOW + later)).toBe('mine');
    }
  });

  it('without its event is taken over once nobody can be at it any more', async () => {
    const { id, event } = anOrder();
    await claimOrder(table, id, event('a'), TEST_NOW);
    expect(await claimOrder(table, id, event('b'), TEST_NOW + 60_000)).toBe('in_progress');
    const later = ['b', 'c'].map((letter) => claimOrder(table, id, event(letter), TEST_NOW + 60_001));
    expect((await Promise.all(later)).toSorted()).toEqual(['in_progress', 'mine']);
  });

  it('with its event holds for ever', async () => {
    const { id, event } = anOrder();
    await claimOrder(table, id, event('a'), TEST_NOW);
    await keepEvent(table, {
      ...{ id: event('a'), merchantId: MERCHANT_ID, storeId: 'sto_1', platform: 'manual', topic: 'manual' },
      ...{ shopEventId: '1', receivedAt: TEST_NOW, state: 'received', reason: null, detail: null, attempts: 0 },
      ...{ orderId: id, orderExternalId: '1', event: aSnapshot(), bodyBytes: 1 },
    });
    expect(await claimOrder(table, id, event('b'), TEST_NOW + 86_400_000)).toBe('taken');
  });
});
