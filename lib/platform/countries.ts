// Countries by their two letters, as CDNs name them.

const NAMES = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** Two letters with a name that are no country, and that no shopper is ever said to come from. */
const NO_COUNTRIES = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ']);

/**
 * The country of a two-letter code in any case, by the code that is used today (`UK` is GB); undefined when there is none
 * such.
 */
export const countryOf = (text: string): string | undefined => {
  const code = text.toUpperCase();
  if (!/^[A-Z]{2}$/.test(code) || NO_COUNTRIES.has(code) || NAMES.of(code) === undefined) return undefined;
  return new Intl.Locale(`und-${code}`).region;
};
