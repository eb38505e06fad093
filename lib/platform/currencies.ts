// ISO 4217: how many digits of a currency's amounts stand after the point.
import { data } from 'currency-codes';

/** Codes whose minor unit ISO 4217 gives as 'N.A.' (metals, funds, test codes); the package gives 0 for them. */
const WITHOUT_MINOR_UNIT: ReadonlySet<string> = new Set([
  ...['XAG', 'XAU', 'XPD', 'XPT'],
  ...['XBA', 'XBB', 'XBC', 'XBD', 'XDR', 'XSU', 'XUA'],
  ...['XTS', 'XXX'],
]);

const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...data.filter(({ code }) => !WITHOUT_MINOR_UNIT.has(code)).map(({ code, digits }) => [code, digits] as const),
  // Amendment 176: the Caribbean guilder replaced ANG on 2025-03-31, after the package's list of June 2024.
  ['XCG', 2],
]);

/**
 * The ISO 4217 exponent of a currency (USD 2, JPY 0, KWD 3). Undefined for what is no upper-case currency code, or one
 * without minor unit, in which nothing is priced.
 */
export function exponentOf(currency: string): number | undefined {
  return EXPONENTS.get(currency);
}
