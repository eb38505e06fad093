// The bodies of the `standard` platform, as docs/webhooks.md gives them; unknown fields are dropped.
import * as z from 'zod';
import { shopInstant } from './instants.ts';
import { cutText, LONGEST, MOST } from './texts.ts';

const MINOR_UNITS = "Integer minor units of the order's currency";

/** Integer minor units. Nobody sells for more than 10^12 of them at once, and sums of such amounts stay exact. */
const amount = z.int().min(0).max(1_000_000_000_000);
const count = z.int().min(0).max(1_000_000_000);
/** Senders in loosely typed languages send ids as numbers. */
const id = z.union([z.string().min(1).max(LONGEST.id), z.number().transform(String)]);
const text = z.string().nullish();
const flag = z.boolean().nullish();

export const orderLine = z.object({
  id: id.nullish().meta({ description: 'What refunds name it by; default: its place, from 1' }),
  sku: cutText(LONGEST.sku).nullish(),
  productId: id.nullish(),
  title: cutText(LONGEST.title).nullish(),
  collections: z.array(cutText(LONGEST.collection)).max(MOST.collections).nullish(),
  quantity: count,
  price: amount.meta({ description: 'Of one unit, before discounts and without tax; minor units' }),
  discount: amount.nullish().meta({ description: 'On the whole line; default 0' }),
  tax: amount.nullish().meta({ description: 'On the whole line; default 0' }),
  giftCard: flag.meta({ description: 'A gift card sold: kept, never revenue' }),
  subscription: flag,
});

/** Two letters; anything else is not kept, and never a reason to refuse a sale. */
const country = z
  .string()
  .nullish()
  .transform((value) => (value && /^[A-Za-z]{2}$/.test(value) ? value.toUpperCase() : null));

const code = cutText(LONGEST.code);
export const codeWithAmount = z.object({ code, amount: amount.nullish() });
const usedCode = z.union([code, codeWithAmount]);

type OrderedLine = z.output<typeof orderLine>;

/** What the items cost before discounts, gift cards sold left out; minor units. */
export const soldFor = (lines: readonly Pick<OrderedLine, 'price' | 'quantity' | 'giftCard'>[]): number =>
  lines.reduce((total, { price, quantity, giftCard }) => (giftCard ? total : total + price * quantity), 0);

interface Discounted {
  readonly itemsTotal?: number | null | undefined;
  readonly discounts?: number | null | undefined;
  readonly lines?: readonly OrderedLine[] | null | undefined;
}

/** Nobody sells for less than nothing: more taken off than there was would be negative revenue. */
export const discountWithinItems = ({ value, issues }: z.core.ParsePayload<Discounted>): void => {
  // Figures that are wrong themselves are held against none.
  if (issues.length > 0) return;
  const above = (path: readonly PropertyKey[], of: string) => {
    const message = `must not be more than ${of}`;
    issues.push({ code: 'custom', input: value, path: [...path], message, params: { code: 'discount_above_price' } });
  };
  const { itemsTotal, discounts, lines } = value;
  for (const [index, { price, quantity, discount }] of (lines ?? []).entries()) {
    if ((discount ?? 0) > price * quantity) above(['lines', index, 'discount'], 'the line costs');
  }
  if ((discounts ?? 0) > (itemsTotal ?? soldFor(lines ?? []))) above(['discounts'], 'the items cost');
};

export const orderCustomer = z.object({ id: id.nullish(), email: text });

export const orderData = z
  .object({
    externalId: id.meta({ description: "The shop's id of the order; all events of one order carry the same" }),
    name: cutText(LONGEST.name).nullish().meta({ description: 'As people know it, such as #1001' }),
    placedAt: shopInstant.meta({ description: 'When the buyer finished checkout' }),
    updatedAt: shopInstant
      .nullish()
      .meta({ description: "When the shop last changed the order; the newest stands. Default: the event's timestamp" }),
    currency: z.string().meta({ description: 'ISO 4217' }),
    itemsTotal: amount
      .nullish()
      .meta({ description: `Items before discounts, without tax. ${MINOR_UNITS}. Absent: the sum of lines` }),
    discounts: amount.nullish().meta({ description: 'Taken off the items, all in all; positive. Default 0' }),
    shipping: amount.nullish().meta({ description: 'Default 0' }),
    tax: amount.nullish().meta({ description: 'Default 0' }),
    units: count.nullish().meta({ description: 'Default: the sum of the quantities of lines' }),
    discountCodes: z
      .array(usedCode)
      .max(MOST.codes)
      .nullish()
      .meta({ description: 'Codes, each perhaps with what it took off' }),
    clickId: text.meta({ description: "The trb_click of the shopper's landing page" }),
    landingUrl: text.meta({ description: 'Where the visit began; its trb_click is read when there is no clickId' }),
    lines: z.array(orderLine).max(MOST.lines).nullish(),
    customer: orderCustomer.nullish().meta({ description: 'Hashed at once: tells new customers from returning ones' }),
    payment: z
      .enum(['paid', 'pending', 'failed'])
      .nullish()
      .meta({ description: 'For order.updated; order.paid is paid. Default paid' }),
    test: flag.meta({ description: 'true counts nowhere' }),
    draft: flag.meta({ description: 'true counts nowhere' }),
    kind: z
      .enum(['sale', 'renewal', 'exchange', 'gift'])
      .nullish()
      .meta({ description: 'Default sale; renewal with a subscriptionId and a renewalNumber over 1' }),
    channel: cutText(LONGEST.channel)
      .nullish()
      .meta({ description: 'web (default), app, pos, phone, marketplace ...' }),
    country: country.meta({ description: 'Where it is sent, else billed: ISO 3166-1 alpha-2' }),
    tags: z.array(cutText(LONGEST.tag)).max(MOST.tags).nullish().meta({ description: 'Your labels on the order' }),
    subscriptionId: id.nullish().meta({ description: 'Of the subscription that the order is of' }),
    renewalNumber: count.min(1).nullish().meta({ description: 'The how manieth order of it, the first being 1' }),
    parentExternalId: id.nullish().meta({ description: 'Of the order that a renewal or an exchange goes back to' }),
    exchanges: count.nullish().meta({ description: 'How often items of it were exchanged so far' }),
  })
  .refine(({ itemsTotal, lines }) => itemsTotal != null || (lines ?? []).length > 0, {
    path: ['itemsTotal'],
    message: 'is required when there are no lines',
  })
  .check(discountWithinItems);

export const cancellationData = z.object({
  externalId: id.meta({ description: 'Of the order' }),
  cancelledAt: shopInstant.nullish().meta({ description: "Default: the event's timestamp" }),
});

const refundLine = z.object({
  id: id.meta({ description: "The order line's" }),
  quantity: count.nullish(),
  amount: amount.meta({ description: 'Given back for the line, without tax; minor units' }),
  tax: amount.nullish(),
});

export const refundData = z
  .object({
    externalId: id.meta({ description: 'Of the refund: told twice it is one refund' }),
    orderExternalId: id.meta({ description: 'Of its order, which may come later' }),
    amount: amount
      .nullish()
      .meta({ description: `The items' part, without tax. ${MINOR_UNITS}. Absent: the sum of lines` }),
    shipping: amount.nullish().meta({ description: 'Given back of shipping; default 0' }),
    tax: amount.nullish().meta({ description: 'Given back of tax; default 0' }),
    refundedAt: shopInstant.nullish().meta({ description: "Default: the event's timestamp" }),
    lines: z.array(refundLine).max(MOST.lines).nullish(),
    undivided: flag.meta({
      description: 'true: amount is all that went back, taken from items first, then shipping, then tax',
    }),
  })
  .refine(({ amount: items, lines, undivided }) => items != null || (!undivided && (lines ?? []).length > 0), {
    path: ['amount'],
    message: 'is required when there are no lines',
  });

const dispute = {
  externalId: id.meta({ description: 'Of the dispute: told twice it is one' }),
  orderExternalId: id.meta({ description: 'Of its order, which may come later' }),
  amount: amount.meta({ description: `What the bank took, all in all. ${MINOR_UNITS}` }),
};

export const openedDisputeData = z.object({
  ...dispute,
  openedAt: shopInstant.nullish().meta({ description: "When the bank took it; default: the event's timestamp" }),
});

export const closedDisputeData = z.object({
  ...dispute,
  openedAt: shopInstant.meta({ description: 'When the bank took it' }),
  closedAt: shopInstant.nullish().meta({ description: "Default: the event's timestamp" }),
  won: z.boolean().meta({ description: 'true: the bank gave it back' }),
});

const timestamp = shopInstant.nullish().meta({ description: 'When it happened; default: when it arrived' });

export const envelope = z.object({ timestamp, data: z.looseObject({}) });

const eventOf = <D extends z.ZodType>(types: readonly [string, ...string[]], data: D) =>
  z.object({ type: z.enum(types), timestamp, data });

/** What a sender may send, for the API's description; deliveries are read type by type (standard.ts). */
export const standardEvent = z
  .discriminatedUnion('type', [
    eventOf(['order.paid', 'order.updated'], orderData),
    eventOf(['order.cancelled'], cancellationData),
    eventOf(['refund.created'], refundData),
    eventOf(['dispute.opened'], openedDisputeData),
    eventOf(['dispute.closed'], closedDisputeData),
  ])
  .meta({ id: 'StandardEvent', description: 'An event of a `standard` store; other types are kept and ignored' });

export type StandardOrder = z.infer<typeof orderData>;
export type StandardRefund = z.infer<typeof refundData>;
