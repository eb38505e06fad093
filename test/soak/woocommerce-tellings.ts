// A life as WooCommerce tells it: always the whole order, refunds in it as amounts alone.
import { aWooLine, aWooOrder } from '../support/payloads/woocommerce.ts';
import type { Happening, Life, SoldLine, Stand } from './life.ts';

type Json = Record<string, unknown>;

const decimal = (cents: number) => (cents / 100).toFixed(2);
const gmt = (at: number) => new Date(at).toISOString().slice(0, 19);
const total = (lines: readonly SoldLine[], of: (line: SoldLine) => number) =>
  lines.reduce((sum, line) => sum + of(line), 0);

const lineOf = (line: SoldLine): Json =>
  aWooLine({
    ...{ id: line.id, sku: `P-${line.id}`, product_id: line.id, quantity: line.quantity },
    ...{ subtotal: decimal(line.price * line.quantity), subtotal_tax: decimal(line.tax) },
    ...{ total: decimal(line.price * line.quantity - line.discount), total_tax: decimal(line.tax), taxes: [] },
  });

const paidAt = (life: Life): number | undefined =>
  life.happenings.flatMap((one) => (one.what === 'stand' && one.stand.payment === 'paid' ? [one.stand.at] : []))[0];

const orderOf = (life: Life, { lines, ...stand }: Stand): Json => {
  const goods = total(lines, (line) => line.price * line.quantity - line.discount);
  const tax = total(lines, (line) => line.tax);
  const paid = stand.payment === 'paid' ? gmt(paidAt(life) ?? stand.at) : null;
  const status = stand.cancelledAt !== null ? 'cancelled' : stand.payment === 'paid' ? 'processing' : 'pending';
  return aWooOrder({
    ...{ id: life.number, number: String(life.number), status, date_paid: paid, date_paid_gmt: paid },
    ...{ date_created: gmt(life.placedAt), date_created_gmt: gmt(life.placedAt) },
    ...{ date_modified: gmt(stand.at), date_modified_gmt: gmt(stand.at) },
    ...{ discount_total: decimal(total(lines, (line) => line.discount)), discount_tax: '0.00' },
    ...{ shipping_total: decimal(stand.shipping), cart_tax: decimal(tax), total_tax: decimal(tax) },
    total: decimal(goods + tax + stand.shipping),
    shipping_lines: [{ id: 12, method_title: 'Flat rate', total: decimal(stand.shipping), total_tax: '0.00' }],
    line_items: lines.map(lineOf),
    coupon_lines: life.code === null ? [] : [{ id: 13, code: life.code.toLowerCase(), discount: '1.00' }],
    customer_id: 0,
    billing: { country: 'US', email: life.customer },
    refunds: stand.refunds.map(({ id, lines: back, shipping }) => ({
      id,
      reason: '',
      total: `-${decimal(back.reduce((sum, { amount, tax: given }) => sum + amount + given, shipping))}`,
    })),
  });
};

/** The order after a refund, as the update that tells it has it. */
const afterRefund = (life: Life, refundId: number): Stand => {
  let last: Stand | undefined;
  for (const one of life.happenings) {
    if (one.what === 'stand') last = one.stand;
    if (one.what === 'refund' && last) {
      last = { ...last, at: one.refund.at, refunds: [...last.refunds, one.refund] };
      if (one.refund.id === refundId) return last;
    }
  }
  throw new Error('no such refund');
};

/** Topic and body; WooCommerce has no disputes. */
export const wooOf = (life: Life, happening: Happening): readonly [string, Json] => {
  if (happening.what === 'dispute') throw new Error('WooCommerce tells no disputes');
  if (happening.what === 'refund') return ['order.updated', orderOf(life, afterRefund(life, happening.refund.id))];
  return [happening.topic === 'placed' ? 'order.created' : 'order.updated', orderOf(life, happening.stand)];
};
