// What shoppers buy and what it comes to, in cents.
import type { Random } from './random.ts';

interface Product {
  readonly id: number;
  readonly sku: string;
  readonly title: string;
  /** Cents, before tax. */
  readonly price: number;
  readonly giftCard: boolean;
}

export interface BasketLine {
  readonly product: Product;
  readonly quantity: number;
  readonly discount: number;
  readonly tax: number;
}

export interface Basket {
  readonly lines: readonly BasketLine[];
  readonly percentOff: number;
  /** Items before discounts, gift cards left out: they are no revenue. */
  readonly gross: number;
  readonly discounts: number;
  readonly units: number;
  readonly shipping: number;
  readonly tax: number;
}

export const TAX_RATE = 0.08;
const FREE_SHIPPING_FROM = 7_500;
const SHIPPING = 600;

const product = (id: number, sku: string, title: string, price: number, giftCard = false): Product => ({
  id: 8_104_000_000_000 + id,
  ...{ sku, title, price, giftCard },
});

const PRODUCTS = [
  product(1, 'WHEY-COCOA-1800', 'Whey Protein, Cocoa, 1.8 kg', 6_200),
  product(2, 'WHEY-OAT-1800', 'Whey Protein, Oat & Vanilla, 1.8 kg', 6_200),
  product(3, 'PLANT-1500', 'Plant Protein, Hazelnut, 1.5 kg', 5_450),
  product(4, 'ISO-1000', 'Isolate, Unflavoured, 1 kg', 6_800),
  product(5, 'BARS-12', 'Oak Bars, Box of 12', 3_450),
  product(6, 'CREATINE-300', 'Creatine, 300 g', 2_900),
  product(7, 'SHAKER-700', 'Steel Shaker, 700 ml', 1_990),
];

const GIFT_CARD = product(90, 'GIFT-50', 'Gift Card', 5_000, true);

type Pick = readonly [product: Product, quantity: number];

const lineOf = ([item, quantity]: Pick, percentOff: number): BasketLine => {
  const full = item.price * quantity;
  const discount = item.giftCard ? 0 : Math.round((full * percentOff) / 100);
  return { product: item, quantity, discount, tax: item.giftCard ? 0 : Math.round((full - discount) * TAX_RATE) };
};

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

const basketOf = (picks: readonly Pick[], percentOff: number): Basket => {
  const lines = picks.map((pick) => lineOf(pick, percentOff));
  const sold = lines.filter((line) => !line.product.giftCard);
  const gross = sum(sold.map((line) => line.product.price * line.quantity));
  const discounts = sum(sold.map(({ discount }) => discount));
  return {
    ...{ lines, percentOff, gross, discounts },
    units: sum(sold.map(({ quantity }) => quantity)),
    shipping: gross - discounts >= FREE_SHIPPING_FROM ? 0 : SHIPPING,
    tax: sum(lines.map(({ tax }) => tax)),
  };
};

/** What the items bring before any refund: at most 26,000. */
export const netOf = ({ gross, discounts }: Basket): number => gross - discounts;

/** What was paid for a line. */
export const paidFor = ({ product: { price }, quantity, discount }: BasketLine): number => price * quantity - discount;

/** One or two products, mostly one of each. */
export const someBasket = (random: Random, percentOff: number): Basket => {
  const first = random.int(0, PRODUCTS.length - 1);
  const second = (first + random.int(1, PRODUCTS.length - 1)) % PRODUCTS.length;
  const chosen = random.chance(0.7) ? [first, second] : [first];
  return basketOf(
    chosen.map((index): Pick => [PRODUCTS[index] as Product, random.chance(0.25) ? 2 : 1]),
    percentOff,
  );
};

/** A basket with a gift card in it. */
export const giftBasket = (random: Random): Basket => {
  const { lines } = someBasket(random, 0);
  return basketOf([...lines.map((line): Pick => [line.product, line.quantity]), [GIFT_CARD, 1]], 0);
};

/** The basket without discount that reaches `amount` (up to 33,400) with the least beyond it. */
export const basketReaching = (amount: number): Basket => {
  const counts = [1, 2, 3, 4];
  const candidates = PRODUCTS.flatMap((main) =>
    counts.flatMap((quantity) => [
      basketOf([[main, quantity]], 0),
      ...PRODUCTS.filter((other) => other !== main).map((other) =>
        basketOf(
          [
            [main, quantity],
            [other, 1],
          ],
          0,
        ),
      ),
    ]),
  );
  const enough = candidates.filter((basket) => netOf(basket) >= amount);
  return enough.reduce((best, basket) => (netOf(basket) < netOf(best) ? basket : best));
};
