// Which order counts as one by click and which as one by code alone, in the row it is credited to.
import { describe, expect, it } from 'vitest';
import type { CreditedOrder } from '../../lib/domain/credited-order.ts';
import { createDayRows } from '../../lib/domain/day-rows.ts';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { anEvent, aSnapshot } from '../support/payloads/order-events.ts';

const aCreditedOrder = (owner: Partial<NonNullable<CreditedOrder['owner']>> | null): CreditedOrder => ({
  orderId: 'ord_1',
  storeId: 'sto_1',
  fold: foldOrder([anEvent(aSnapshot())]),
  entries: [],
  owner: owner && {
    creatorId: 'crt_sarah',
    campaignId: 'cmp_a',
    linkId: 'lnk_sarah',
    codeId: 'cod_sarah',
    clickCampaignId: 'cmp_a',
    instrument: 'code',
    clickId: 'clk_1',
    ...owner,
  },
  conflict: false,
  customer: 'new',
  reason: null,
  selfPurchase: false,
});

const countsOf = (owner: Parameters<typeof aCreditedOrder>[0]) => {
  const rows = createDayRows();
  rows.addPlaced(aCreditedOrder(owner));
  const booked = rows.done().rows[0]?.booked;
  return { campaign: rows.done().rows[0]?.campaignId, click: booked?.clickOrders, codeOnly: booked?.codeOnlyOrders };
};

describe('an order credited to a campaign', () => {
  it.each([
    ['by a click of that campaign', {}, { campaign: 'cmp_a', click: 1, codeOnly: 0 }],
    [
      'by a click of the programme',
      { campaignId: null, clickCampaignId: null, codeId: null },
      { campaign: null, click: 1, codeOnly: 0 },
    ],
    [
      "by its code, with a click of another campaign's link",
      { clickCampaignId: 'cmp_b' },
      { campaign: 'cmp_a', click: 0, codeOnly: 1 },
    ],
    [
      "by its code, with a click of the programme's link",
      { clickCampaignId: null },
      { campaign: 'cmp_a', click: 0, codeOnly: 1 },
    ],
    [
      'by its code alone',
      { linkId: null, clickId: null, clickCampaignId: null },
      { campaign: 'cmp_a', click: 0, codeOnly: 1 },
    ],
    ['by nobody', null, { campaign: null, click: 0, codeOnly: 0 }],
  ])('%s', (_by, owner, counts) => {
    expect(countsOf(owner)).toEqual(counts);
  });
});
