// The small shapes Shopify's payloads are made of: money in two currencies, local times, global ids, people.
import { createHash } from 'node:crypto';
import { formatDecimal } from '../../../lib/domain/money.ts';
import type { Shopper } from './shoppers.ts';

/** Shopify's ids have 13 to 16 digits and grow by no fixed step. */
export const SHOPIFY_IDS = {
  order: (number: number) => 6_400_118_000_000 + number * 32_768,
  line: (number: number, index: number) => 15_900_204_000_000 + number * 32_768 * 4 + index * 32_768,
  customer: (number: number) => 8_300_551_000_000 + number * 32_768,
  refund: (number: number) => 990_027_000_000 + number * 32_768,
} as const;

/** Cents as Shopify writes money: a decimal string. */
export const decimal = (cents: number): string => formatDecimal(cents, 2);

/** The amount in the shop's and in the buyer's currency, which here are one. */
export const moneySet = (cents: number) => {
  const money = { amount: decimal(cents), currency_code: 'USD' };
  return { shop_money: money, presentment_money: money };
};

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const made =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'longOffset',
    });
  formats.set(zone, made);
  return made;
};

/** An instant as shops write it: local time with its offset, to the second. */
export const shopTime = (instant: number, zone: string): string => {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const offset = /[+\-\u2212]\d\d:\d\d/.exec(parts.timeZoneName ?? '')?.[0].replace('\u2212', '-') ?? '+00:00';
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}${offset}`;
};

/** A UUID that follows from what it names, so that a repeated delivery carries the same. */
export const uuidOf = (name: string): string => {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
};

export const gid = (type: string, id: number): string => `gid://shopify/${type}/${id}`;

/** Since API 2025-01 without order counts, tags and consent. */
export const shopifyCustomer = ({ number, firstName, lastName, email }: Shopper, createdAt: string) => ({
  id: SHOPIFY_IDS.customer(number),
  created_at: createdAt,
  updated_at: createdAt,
  first_name: firstName,
  last_name: lastName,
  state: 'disabled',
  note: null,
  verified_email: true,
  multipass_identifier: null,
  tax_exempt: false,
  email,
  phone: null,
  currency: 'USD',
  tax_exemptions: [],
  admin_graphql_api_id: gid('Customer', SHOPIFY_IDS.customer(number)),
});
