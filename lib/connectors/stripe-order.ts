// What Stripe sells: a Checkout session as the order it is, and a subscription's paid invoice as its renewal.
import type { OrderLine, PaymentState } from '../domain/orders/events.ts';
import { clickIdIn } from './click-id.ts';
import type { ConnectorSnapshot, CustomerIdentity } from './connector.ts';
import { codesOf, metadataText } from './stripe-codes.ts';
import { partsOf, type StripeTotals, type ToMinorUnits } from './stripe-money.ts';
import type { StripeCharge, StripeInvoice, StripeMetadata, StripeSession } from './stripe-shapes.ts';
import { cut, LONGEST } from './texts.ts';

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** What is known of the event that told it. */
export interface ToldBy {
  /** In ms. */
  readonly at: number;
  readonly test: boolean;
}

const customerOf = (customer: StripeSession['customer'], ...emails: readonly (string | null | undefined)[]) => {
  const expanded = typeof customer === 'object' ? customer : null;
  return {
    platformId: typeof customer === 'string' ? customer : (expanded?.id ?? null),
    email: emails.find(Boolean) ?? expanded?.email ?? null,
  } satisfies CustomerIdentity;
};

const countryOf = (...places: readonly (string | null | undefined)[]) => {
  const country = places.map((place) => place?.toUpperCase()).find((place) => place && /^[A-Z]{2}$/.test(place));
  return country === undefined ? {} : { country };
};

const clickIdOf = (metadata: StripeMetadata, reference?: string | null): string | null =>
  clickIdIn(reference) ??
  clickIdIn(metadataText(metadata, 'trb_click')) ??
  clickIdIn(metadataText(metadata, 'click_id'));

/** The lines, which Stripe's own webhooks leave out: only a sender that expands them has any. */
const linesOf = (session: StripeSession, toMinor: ToMinorUnits): readonly OrderLine[] =>
  (session.line_items?.data ?? []).map((item) => {
    const quantity = item.quantity ?? 1;
    const [discount, tax] = [toMinor(item.amount_discount ?? 0), toMinor(item.amount_tax ?? 0)];
    // As with the whole order: what the total lacks of the parts is tax that the price includes.
    const gross = Math.max(0, toMinor(item.amount_total) - tax + discount);
    const price = quantity === 0 ? 0 : Math.round(gross / quantity);
    return {
      id: item.id,
      sku: metadataText(item.price?.metadata, 'sku') ?? item.price?.lookup_key ?? null,
      productId: item.price?.product ?? null,
      title: item.description ? cut(item.description, LONGEST.title) : null,
      collections: [],
      quantity,
      price,
      ...(price * quantity !== gross && { gross }),
      discount,
      tax,
      giftCard: false,
      subscription: item.price?.recurring != null,
    };
  });

/**
 * The order a session is known by here. Refunds and disputes name the payment, so it is the payment's id; a subscription's
 * session has none and goes by its invoice, which refunds name up to API version 2025-03-31.
 */
export const sessionOrderId = (session: StripeSession): string =>
  session.payment_intent ?? session.invoice ?? session.id;

/** As Stripe itself describes the charges of a subscription's invoices. */
const OF_SUBSCRIPTION = /^Subscription (creation|update)$/;

/**
 * The order that a charge paid for, null for one that no checkout made. A session paid once may have an invoice too, and
 * its charge name both: only that of a subscription goes by its invoice.
 */
export const chargeOrderId = ({ payment_intent: payment, invoice, description }: StripeCharge): string | null =>
  invoice !== null && OF_SUBSCRIPTION.test(description ?? '') ? invoice : (payment ?? invoice);

const sessionTotals = ({
  amount_subtotal,
  amount_total,
  total_details,
  shipping_cost,
}: StripeSession): StripeTotals => ({
  subtotal: amount_subtotal,
  total: amount_total,
  discounts: total_details?.amount_discount ?? 0,
  tax: total_details?.amount_tax ?? 0,
  shipping: total_details?.amount_shipping ?? 0,
  shippingCost: shipping_cost,
});

/** What an order that came through Stripe's checkout is, whatever it was. */
const CHECKED_OUT = { type: 'snapshot', draft: false, channel: 'web', cancelledAt: null, refunds: [] } as const;

/**
 * The session as a snapshot. `completedAt` is null where the event is a later one, of a payment that took its time: then
 * only the session's beginning is told, and another event's word on the order's day stands.
 */
export const sessionSnapshot = (
  session: StripeSession,
  currency: string,
  toMinor: ToMinorUnits,
  told: ToldBy & { readonly payment: PaymentState; readonly completedAt: number | null },
): ConnectorSnapshot => {
  const { metadata, subscription } = session;
  const totals = sessionTotals(session);
  const lines = linesOf(session, toMinor);
  const breakdown = session.total_details?.breakdown?.discounts ?? [];
  return {
    ...CHECKED_OUT,
    updatedAt: told.at,
    name: null,
    placedAt: told.completedAt ?? session.created ?? told.at,
    ...(told.completedAt === null && { placedAtGuessed: true }),
    currency,
    ...partsOf(totals, toMinor),
    units: sum(lines.map(({ quantity }) => quantity)),
    lines,
    codes: codesOf({ breakdown, discounts: session.discounts ?? [], total: totals.discounts, metadata }, toMinor),
    clickId: clickIdOf(metadata, session.client_reference_id),
    customer: customerOf(session.customer, session.customer_details?.email, session.customer_email),
    payment: told.payment,
    test: told.test,
    kind: 'sale',
    ...countryOf(
      session.collected_information?.shipping_details?.address?.country,
      session.shipping_details?.address?.country,
      session.shipping?.address?.country,
      session.customer_details?.address?.country,
    ),
    ...(subscription !== null && { subscriptionId: subscription }),
  };
};

/** Stripe's id of the subscription that an invoice is of, null for an invoice of none. */
export const subscriptionOf = (invoice: StripeInvoice): string | null =>
  invoice.subscription ?? invoice.parent?.subscription_details?.subscription ?? null;

const invoiceTotals = (invoice: StripeInvoice): StripeTotals => {
  const taxes = invoice.total_taxes ?? invoice.total_tax_amounts;
  return {
    subtotal: invoice.subtotal,
    total: invoice.total,
    discounts: sum((invoice.total_discount_amounts ?? []).map(({ amount }) => amount)),
    tax: taxes ? sum(taxes.map(({ amount }) => amount)) : (invoice.tax ?? 0),
    shipping: 0,
    shippingCost: invoice.shipping_cost,
  };
};

/** A subscription's next period, paid: an order of its own, beside the sales. */
export const renewalSnapshot = (
  invoice: StripeInvoice,
  currency: string,
  toMinor: ToMinorUnits,
  told: ToldBy & { readonly subscriptionId: string },
): ConnectorSnapshot => {
  const totals = invoiceTotals(invoice);
  const metadata = invoice.parent?.subscription_details?.metadata ?? invoice.subscription_details?.metadata;
  return {
    ...CHECKED_OUT,
    updatedAt: told.at,
    name: invoice.number ? cut(invoice.number, LONGEST.name) : null,
    placedAt: invoice.status_transitions?.paid_at ?? told.at,
    currency,
    ...partsOf(totals, toMinor),
    units: 0,
    lines: [],
    codes: codesOf({ breakdown: [], discounts: invoice.discounts ?? [], total: totals.discounts, metadata }, toMinor),
    clickId: clickIdOf(metadata),
    customer: customerOf(invoice.customer, invoice.customer_email),
    payment: 'paid',
    test: told.test,
    kind: 'renewal',
    ...countryOf(invoice.customer_shipping?.address?.country, invoice.customer_address?.country),
    subscriptionId: told.subscriptionId,
  };
};
