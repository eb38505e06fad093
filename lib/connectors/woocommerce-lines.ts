// The items of a WooCommerce order: amounts are of the whole line and without tax, as the shop's own reports take them.
import type { OrderLine } from '../domain/orders/events.ts';
import type { AmountReader } from './amounts.ts';
import { spread } from './spread.ts';
import { cut, LONGEST } from './texts.ts';
import { hasMeta, type WooLine, type WooOrder } from './woocommerce-shapes.ts';

/** Items' money in minor units; gift cards sold are in `lines` and in nothing else. */
export interface WooItems {
  readonly gross: number;
  readonly discounts: number;
  readonly units: number;
  readonly lines: readonly OrderLine[];
  /** Shipping, and what else is charged beside the items. */
  readonly shipping: number;
}

interface PricedLine {
  readonly line: WooLine;
  readonly giftCard: boolean;
  readonly quantity: number;
  readonly gross: number;
  readonly discount: number;
  /** What a line below nothing takes off the others. */
  readonly credit: number;
  readonly tax: number;
}

/** As the plugins that sell gift cards mark them: WooCommerce's own, PW's and YITH's. */
const GIFT_CARD = /^(wc_gc_giftcard|pw_gift_card_|_ywgc_gift_card_)/;

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** Half a kilo is sold as one thing. */
const wholeQuantity = (quantity: string): number => Math.ceil(Number(quantity));

/** A line raised by hand has a total beyond its subtotal: it costs that, and nothing was taken off. */
const priced = (order: WooOrder, { amount }: AmountReader): readonly PricedLine[] =>
  order.line_items.map((line, index) => {
    const where = `line_items.${index}`;
    const total = amount(line.total, `${where}.total`);
    const paid = Math.max(0, total);
    const gross = Math.max(paid, amount(line.subtotal ?? line.total, `${where}.subtotal`));
    return {
      line,
      giftCard: hasMeta(line.meta_data, GIFT_CARD),
      quantity: wholeQuantity(line.quantity),
      gross,
      discount: gross - paid,
      credit: paid - total,
      tax: amount(line.total_tax, `${where}.total_tax`),
    };
  });

/** What is left to pay for a line that is revenue. */
const paidFor = ({ giftCard, gross, discount }: PricedLine): number => (giftCard ? 0 : gross - discount);

/** Plugins give discounts as fees below nothing: taken off the items by what they cost, as a coupon would be. */
const withFeeDiscount = (lines: readonly PricedLine[], takenOff: number): readonly PricedLine[] => {
  const shares = spread(takenOff, lines.map(paidFor));
  return lines.map((line, index) => ({ ...line, discount: line.discount + (shares[index] ?? 0) }));
};

/**
 * What the order's total says beyond its rounded parts. The shop adds up amounts that it has not rounded, as prices that
 * include tax leave them, and then rounds; what differs by more than rounding can is no rounding (a plugin's gift card).
 */
const roundingOf = (order: WooOrder, parts: number, { amount }: AmountReader): number => {
  if (order.total == null) return 0;
  const giftCards = sum((order.gift_cards ?? []).map((card) => amount(card.amount, 'gift_cards.amount')));
  const rest = amount(order.total, 'total') + giftCards - parts;
  const amounts = order.line_items.length + (order.fee_lines ?? []).length + 3;
  return Math.abs(rest) <= Math.ceil(amounts / 2) ? rest : 0;
};

/** The line that costs most takes it. */
const withRounding = (lines: readonly PricedLine[], rounding: number): readonly PricedLine[] => {
  const most = Math.max(0, ...lines.map(paidFor));
  if (most === 0 || most + rounding < 0) return lines;
  const at = lines.findIndex((line) => paidFor(line) === most);
  return lines.map((line, index) => (index === at ? { ...line, gross: line.gross + rounding } : line));
};

const orderLine = (
  { line, giftCard, quantity, gross, discount, tax }: PricedLine,
  subscription: boolean,
): OrderLine => {
  const price = quantity === 0 ? 0 : Math.round(gross / quantity);
  return {
    id: line.id ?? '',
    sku: line.sku || null,
    productId: line.product_id && line.product_id !== '0' ? line.product_id : null,
    title: line.name == null ? null : cut(line.name, LONGEST.title),
    collections: [],
    quantity,
    price,
    ...(price * quantity !== gross && { gross }),
    discount,
    tax: Math.max(0, tax),
    giftCard,
    subscription,
  };
};

/**
 * The items of an order with that much tax, and what shipping and fees come to. gross - discounts + shipping + tax is the
 * order's total to the minor unit, but for gift cards, sold or used. Problems go to `reader`.
 */
export const itemsOf = (order: WooOrder, tax: number, subscribed: boolean, reader: AmountReader): WooItems => {
  const fees = (order.fee_lines ?? []).map(({ total }) => reader.amount(total, 'fee_lines.total'));
  const plain = priced(order, reader);
  const takenOff = sum(plain.map(({ credit }) => credit)) - sum(fees.filter((fee) => fee < 0));
  const offItems = Math.min(takenOff, sum(plain.map(paidFor)));
  const charged = reader.positive(order.shipping_total, 'shipping_total') + sum(fees.filter((fee) => fee > 0));
  const shipping = Math.max(0, charged - (takenOff - offItems));
  const discounted = withFeeDiscount(plain, offItems);
  const goods = sum(discounted.map(({ gross, discount }) => gross - discount));
  const lines = withRounding(discounted, roundingOf(order, goods + shipping + tax, reader));
  const sold = lines.filter(({ giftCard }) => !giftCard);
  return {
    gross: sum(sold.map(({ gross }) => gross)),
    discounts: sum(sold.map(({ discount }) => discount)),
    units: sum(sold.map(({ quantity }) => quantity)),
    lines: lines.map((line) => orderLine(line, subscribed)),
    shipping,
  };
};
