// What orders and events mostly say, told to the compressor beforehand. Stored parts are read with it: never change a
// character of it. A better text would be a second one, under another name in the item.

const LINE =
  '{"id":"1","sku":"P-","productId":"","title":"","collections":[],"quantity":1,"price":1000,"discount":0,"tax":0,' +
  '"giftCard":false,"subscription":false}';

const ENTRIES =
  '"entries":[{"orders":0,"gross":0,"discounts":0,"refunds":0,"shipping":0,"tax":0,"units":0,"excess":0,' +
  '"id":"edit-evt_","type":"edit","at":1795},{"orders":-1,"gross":-1,"discounts":-1,"refunds":0,"shipping":-1,"tax":-1,' +
  '"units":-1,"excess":0,"id":"cancellation","type":"cancellation","at":1795},{"id":"refund-","type":"refund","at":1795';

const SNAPSHOT =
  '{"type":"snapshot","updatedAt":1795,"name":"#1001","placedAt":1795,"currency":"EUR","gross":1000,"discounts":0,' +
  `"shipping":500,"tax":0,"units":2,"lines":[${LINE},${LINE}],"codes":[],"clickId":null,"payment":"pending",` +
  '"test":false,"draft":false,"kind":"sale","channel":"web","cancelledAt":null,"pricesIncludeTax":true,' +
  '"refunds":[{"id":"","refundedAt":1795,"items":1000,"shipping":0,"tax":0,"lines":[{"lineId":"1","quantity":1,' +
  '"amount":1000,"tax":0}],"mayIncludeTax":true,"itemsOnly":true}],"customerKeys":[]}';

const STATE =
  '{"state":"paid","kind":"sale","name":"#1001","codes":[{"code":"15","amount":null}],"clickId":"clk_",' +
  `"customerKeys":["",""],"placedAt":1795,"currency":"USD","channel":"web","units":2,"lines":[${LINE}],` +
  '"cancelledAt":null,"updatedAt":1795,"current":{"gross":1000,"discounts":0,"refunds":0,"shipping":500,"tax":0,' +
  '"net":1000},"sale":{"gross":1000,"discounts":0,"shipping":500,"tax":0,"units":2},"entries":[]}';

export const PACKING_TEXT = Buffer.from(
  [ENTRIES, SNAPSHOT, STATE, '"payment":"paid","pricesIncludeTax":false'].join(','),
);
