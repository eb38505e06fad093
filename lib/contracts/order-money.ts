// What an order of another currency comes to in the merchant's, and how.
import * as z from 'zod';

export const OrderFx = z
  .object({
    rate: z.string().meta({ description: 'Decimal text: one base = rate quotes' }),
    base: z.string().meta({ description: "The order's currency" }),
    quote: z.string().meta({ description: "The merchant's" }),
    date: z.string().meta({ description: "The day the rate is of: the order's, or one up to 7 days before it" }),
    source: z.string().meta({ description: 'Who said so; two names where it is worked out from rates of both' }),
  })
  .meta({ description: 'What an order of another currency that counts is converted by; null for all others' });

const inMerchants = z.int().meta({ description: "Minor units of the merchant's currency" });

export const ConvertedFigures = z
  .object({
    currency: z.string().meta({ description: "The merchant's" }),
    grossRevenue: inMerchants,
    discounts: inMerchants,
    refunds: inMerchants,
    netRevenue: inMerchants,
    shipping: inMerchants,
    tax: inMerchants,
  })
  .meta({ description: 'The same figures as reports have them, where fx is not null' });
