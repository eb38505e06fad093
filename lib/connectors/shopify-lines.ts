// The items of a Shopify order: their prices before tax, what was taken off them, and their tax.
import type { OrderLine } from '../domain/orders/events.ts';
import type { AmountReader } from './amounts.ts';
import { type ShopifyLine, type ShopifyOrder, shopifyId, shopMoney } from './shopify-shapes.ts';
import { spread } from './spread.ts';

/** Items' money in minor units, exact to the cent; gift cards sold are in `lines` and in nothing else. */
export interface ShopifyItems {
  readonly gross: number;
  readonly discounts: number;
  readonly units: number;
  readonly lines: readonly OrderLine[];
  /** Taken off shipping, and shipping's tax: not the items', but told in the same places. */
  readonly shippingDiscounts: number;
  readonly shippingTax: number;
}

interface PricedLine {
  readonly line: ShopifyLine;
  readonly quantity: number;
  /** price x quantity as the shop shows it. */
  readonly shown: number;
  readonly discount: number;
  readonly tax: number;
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** Says whether a line sells a gift card; bodies that lack the flag have gift cards fulfilled by a service of that name. */
const isGiftCard = ({ gift_card, fulfillment_service }: ShopifyLine): boolean =>
  gift_card ?? fulfillment_service === 'gift_card';

const taxOf = (taxLines: ShopifyLine['tax_lines'], { positive }: AmountReader, where: string): number =>
  sum((taxLines ?? []).map((tax) => positive(shopMoney(tax.price_set, tax.price), `${where}.tax_lines.price`)));

/** What was taken off one line: its allocations, except those of shipping discounts; before 2018, `total_discount`. */
const lineDiscount = (line: ShopifyLine, order: ShopifyOrder, { positive }: AmountReader, where: string): number => {
  const allocations = line.discount_allocations ?? [];
  if (allocations.length === 0) {
    return positive(shopMoney(line.total_discount_set, line.total_discount), `${where}.total_discount`);
  }
  const onItems = allocations.filter(({ discount_application_index: index }) => {
    const application = order.discount_applications?.[Number(index ?? -1)];
    return application?.target_type !== 'shipping_line';
  });
  return sum(
    onItems.map((one) => positive(shopMoney(one.amount_set, one.amount), `${where}.discount_allocations.amount`)),
  );
};

/** A tip may stand among the items, and is none. */
const priced = (order: ShopifyOrder, reader: AmountReader): readonly PricedLine[] =>
  order.line_items.flatMap((line, index) => {
    if (line.tip != null) return [];
    const where = `line_items.${index}`;
    const quantity = Number(line.quantity);
    return {
      line,
      quantity,
      shown: reader.positive(shopMoney(line.price_set, line.price), `${where}.price`) * quantity,
      discount: lineDiscount(line, order, reader, where),
      tax: taxOf(line.tax_lines, reader, where),
    };
  });

/** The shipping lines that an edit has not removed. */
export const shippingLinesOf = (order: ShopifyOrder) =>
  (order.shipping_lines ?? []).filter(({ is_removed }) => is_removed !== true);

/** What was taken off shipping, by its allocations or, where they are not told, by its codes. */
const shippingDiscountsOf = (order: ShopifyOrder, { positive }: AmountReader): number => {
  const allocated = shippingLinesOf(order)
    .flatMap((line) => line.discount_allocations ?? [])
    .map((one) => positive(shopMoney(one.amount_set, one.amount), 'shipping_lines.discount_allocations.amount'));
  const byCode = (order.discount_codes ?? [])
    .filter(({ type }) => type === 'shipping')
    .map(({ amount }) => positive(amount, 'discount_codes.amount'));
  return sum(allocated) || sum(byCode);
};

/** What the order says was taken off the items in total, where every discount is on shipping nothing. */
const itemDiscountsOf = (order: ShopifyOrder, shippingDiscounts: number, { positive }: AmountReader): number => {
  const applications = order.discount_applications ?? [];
  const shippingOnly = applications.length > 0 && applications.every((one) => one.target_type === 'shipping_line');
  const all = positive(shopMoney(order.total_discounts_set, order.total_discounts), 'total_discounts');
  return shippingOnly ? 0 : all - shippingDiscounts;
};

/** Discounts the lines do not show (the order says only a total): spread over the items by price, at most all of it. */
const withUntoldDiscounts = (lines: readonly PricedLine[], untold: number): readonly PricedLine[] => {
  if (untold <= 0 || lines.some(({ discount }) => discount > 0)) return lines;
  const weights = lines.map(({ line, shown }) => (isGiftCard(line) ? 0 : shown));
  const shares = spread(Math.min(untold, sum(weights)), weights);
  return lines.map((line, index) => ({ ...line, discount: shares[index] ?? 0 }));
};

/** The same for tax the lines do not show, by what was paid for them. */
const withUntoldTax = (lines: readonly PricedLine[], untold: number): readonly PricedLine[] => {
  if (untold <= 0 || lines.some(({ tax }) => tax > 0)) return lines;
  const weights = lines.map(({ line, shown, discount }) => (isGiftCard(line) ? 0 : Math.max(0, shown - discount)));
  const shares = spread(Math.min(untold, sum(weights)), weights);
  return lines.map((line, index) => ({ ...line, tax: shares[index] ?? 0 }));
};

/** A line's price is per unit, and rounded where tax does not divide evenly: there `gross` has the whole line's. */
const orderLine = ({ line, quantity, shown, discount, tax }: PricedLine, taxIncluded: boolean): OrderLine => {
  const gross = taxIncluded ? shown - tax : shown;
  const price = quantity === 0 ? 0 : Math.round(gross / quantity);
  return {
    id: shopifyId('LineItem', line.admin_graphql_api_id, line.id) ?? '',
    sku: line.sku || null,
    productId: line.product_id ?? null,
    title: line.title ?? null,
    collections: [],
    quantity,
    price,
    ...(price * quantity !== gross && { gross }),
    discount,
    tax,
    giftCard: isGiftCard(line),
    subscription: line.selling_plan_allocation != null,
  };
};

/**
 * The items of an order. Where prices include tax, a line's tax is taken from its price and discounts stay as the
 * shop shows them, so gross - discounts is exactly what was paid for the items without tax. Problems go to `reader`.
 */
export const itemsOf = (order: ShopifyOrder, reader: AmountReader): ShopifyItems => {
  const taxIncluded = order.taxes_included === true;
  const shippingDiscounts = shippingDiscountsOf(order, reader);
  const shippingTax = sum(shippingLinesOf(order).map((line) => taxOf(line.tax_lines, reader, 'shipping_lines')));
  const untoldDiscounts = itemDiscountsOf(order, shippingDiscounts, reader);
  const untoldTax = reader.positive(shopMoney(order.total_tax_set, order.total_tax), 'total_tax') - shippingTax;
  const lines = withUntoldTax(withUntoldDiscounts(priced(order, reader), untoldDiscounts), untoldTax);
  const sold = lines.filter(({ line }) => !isGiftCard(line));
  return {
    gross: sum(sold.map(({ shown, tax }) => (taxIncluded ? shown - tax : shown))),
    discounts: sum(sold.map(({ discount }) => discount)),
    units: sum(sold.map(({ quantity }) => quantity)),
    lines: lines.map((line) => orderLine(line, taxIncluded)),
    shippingDiscounts,
    shippingTax,
  };
};
