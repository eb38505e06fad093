// The life of an order as a shop lives it, by chance from a seed: what is sold, changed, given back, taken back.
import type { Random } from '../../infra/local/demo/random.ts';

export interface SoldLine {
  readonly id: number;
  readonly quantity: number;
  readonly price: number;
  readonly discount: number;
  readonly tax: number;
}

export interface GivenBack {
  readonly id: number;
  readonly at: number;
  readonly lines: readonly { readonly id: number; readonly amount: number; readonly tax: number }[];
  readonly shipping: number;
}

/** What the buyer's bank took, and when it gave it back. */
export interface TakenBack {
  readonly id: number;
  readonly openedAt: number;
  readonly amount: number;
  readonly wonAt: number | null;
}

/** The whole order at a moment. Money in cents; tax is on top of prices. */
export interface Stand {
  readonly at: number;
  readonly lines: readonly SoldLine[];
  readonly shipping: number;
  readonly payment: 'pending' | 'paid';
  readonly cancelledAt: number | null;
  /** Refunds known by then: a shop that embeds them tells them again with each state. */
  readonly refunds: readonly GivenBack[];
}

export type Happening =
  | { readonly what: 'stand'; readonly topic: 'placed' | 'paid' | 'edited' | 'cancelled'; readonly stand: Stand }
  | { readonly what: 'refund'; readonly refund: GivenBack }
  | { readonly what: 'dispute'; readonly at: number; readonly dispute: TakenBack };

/** What can happen to orders of a platform. */
export interface Ways {
  /** Orders are edited and cancelled after they are paid. */
  readonly edits: boolean;
  readonly disputes: boolean;
  readonly tests: boolean;
}

export interface Life {
  readonly number: number;
  readonly placedAt: number;
  readonly code: string | null;
  readonly customer: string;
  readonly test: boolean;
  readonly happenings: readonly Happening[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const someLines = (random: Random): readonly SoldLine[] =>
  Array.from({ length: random.int(1, 3) }, (_, index) => {
    const quantity = random.int(1, 3);
    const price = random.int(500, 9_999);
    const discount = random.chance(0.5) ? random.int(0, Math.floor((price * quantity) / 3)) : 0;
    return { id: index + 1, quantity, price, discount, tax: random.int(0, 400) };
  });

const paidFor = ({ price, quantity, discount }: SoldLine): number => price * quantity - discount;

/** A refund of some lines; now and then of more than was paid for them, as shops do out of goodwill. */
const someRefund = (random: Random, lines: readonly SoldLine[], id: number, at: number): GivenBack => {
  const chosen = lines.filter((_, index) => index === 0 || random.chance(0.4));
  const generous = random.chance(0.1);
  return {
    id,
    at,
    lines: chosen.map((line) => ({
      id: line.id,
      amount: generous ? paidFor(line) + 700 : random.int(1, Math.max(1, paidFor(line))),
      tax: random.int(0, line.tax),
    })),
    shipping: random.chance(0.2) ? random.int(1, 300) : 0,
  };
};

const edited = (random: Random, lines: readonly SoldLine[]): readonly SoldLine[] => [
  ...lines.slice(0, random.int(1, lines.length)),
  { id: 10 + lines.length, quantity: 1, price: random.int(500, 4_000), discount: 0, tax: random.int(0, 200) },
];

/** One order's life, begun within the last five days; everything in it happens at a minute of its own. */
export const someLife = (
  random: Random,
  number: number,
  { now, codes, ways }: { readonly now: number; readonly codes: readonly string[]; readonly ways: Ways },
): Life => {
  const placedAt = Math.floor((now - random.int(1, 5) * DAY_MS) / 1000) * 1000;
  let stand: Stand = {
    at: placedAt,
    lines: someLines(random),
    shipping: random.int(0, 900),
    payment: 'pending',
    cancelledAt: null,
    refunds: [],
  };
  const happenings: Happening[] = [{ what: 'stand', topic: 'placed', stand }];
  let at = placedAt;
  const later = () => {
    at += random.int(1, 400) * MINUTE_MS;
    return at;
  };
  const comes = (topic: 'paid' | 'edited' | 'cancelled', change: Partial<Stand>) => {
    stand = { ...stand, ...change };
    happenings.push({ what: 'stand', topic, stand });
  };
  if (!random.chance(0.05)) comes('paid', { at: later(), payment: 'paid' });
  if (ways.edits && random.chance(0.25)) comes('edited', { at: later(), lines: edited(random, stand.lines) });
  for (let count = random.weighted([6, 3, 1]); count > 0 && stand.payment === 'paid'; count--) {
    const refund = someRefund(random, stand.lines, number * 10 + count, later());
    happenings.push({ what: 'refund', refund });
    stand = { ...stand, refunds: [...stand.refunds, refund] };
    if (ways.edits && random.chance(0.5)) comes('edited', { at: later() });
  }
  if (ways.disputes && stand.payment === 'paid' && random.chance(0.08)) {
    const opened = { id: number * 10 + 9, openedAt: later(), amount: random.int(100, 12_000), wonAt: null };
    happenings.push({ what: 'dispute', at: opened.openedAt, dispute: opened });
    if (random.chance(0.5)) {
      const wonAt = later();
      happenings.push({ what: 'dispute', at: wonAt, dispute: { ...opened, wonAt } });
    }
  }
  if (ways.edits && random.chance(0.1)) {
    const cancelledAt = later();
    comes('cancelled', { at: cancelledAt, cancelledAt });
  }
  return {
    ...{ number, placedAt, happenings },
    code: random.chance(0.6) ? random.pick(codes) : null,
    customer: `buyer${random.int(1, 400)}@example.com`,
    test: ways.tests && random.chance(0.03),
  };
};
