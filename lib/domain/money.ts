// Money between decimal text at the edges and integer minor units inside, without ever passing through a float.

/** Digits before the point, at least one, and an optional fraction: what shops and people write for an amount. */
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** No shop writes an amount this long; converting digits takes more than linear time, and bodies may have megabytes. */
const LONGEST_TEXT = 64;

/**
 * An amount in major units as integer minor units of a currency with that ISO 4217 exponent: ('12.34', 2) is 1234.
 *
 * Digits beyond the exponent round half away from zero. A number is read by its shortest decimal form, so 195.67 is
 * exactly 19567. Undefined for whatever is not a plain decimal ('', ' 1', '.5', '1e3', '0x10', 'NaN', Infinity, text
 * of more than 64 characters) and for results beyond `Number.MAX_SAFE_INTEGER`.
 */
export function parseDecimal(text: string | number, exponent: number): number | undefined {
  const written = String(text);
  const match = written.length > LONGEST_TEXT ? null : DECIMAL.exec(written);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const digits = whole + fraction.slice(0, exponent).padEnd(exponent, '0');
  // The first digit dropped decides: half away from zero needs no look at those behind it.
  const roundedUp = (fraction[exponent] ?? '0') >= '5' ? 1n : 0n;
  const magnitude = BigInt(digits) + roundedUp;
  if (magnitude > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  // Never -0: it is not `toBe` zero and prints as '-0' in some formatters.
  return sign === '-' && magnitude > 0n ? -Number(magnitude) : Number(magnitude);
}

/** Integer minor units as a decimal string in major units, with exactly `exponent` digits after the point. */
export function formatDecimal(minor: number, exponent: number): string {
  const sign = minor < 0 ? '-' : '';
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}
