// Decimal amounts of one currency read into minor units, noting every one that is none.
import { parseDecimal } from '../domain/money.ts';

export interface AmountReader {
  /** Minor units of a decimal; 0 when absent; 0 and a problem when it is no decimal. `where` names the field. */
  readonly amount: (text: string | null | undefined, where: string) => number;
  /** The same, for what can't be negative. */
  readonly positive: (text: string | null | undefined, where: string) => number;
  readonly problems: readonly string[];
}

/** A reader for a currency with that ISO 4217 exponent. */
export const amountReader = (exponent: number): AmountReader => {
  const problems: string[] = [];
  const amount: AmountReader['amount'] = (text, where) => {
    if (text === null || text === undefined || text === '') return 0;
    const minor = parseDecimal(text, exponent);
    if (minor === undefined) problems.push(`${where}: not an amount`);
    return minor ?? 0;
  };
  const positive: AmountReader['positive'] = (text, where) => {
    const minor = amount(text, where);
    if (minor < 0) problems.push(`${where}: negative`);
    return Math.max(0, minor);
  };
  return { amount, positive, problems };
};
