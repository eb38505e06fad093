// Countries by their two letters, as CDNs name them.

const NAMES = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/**
 * The country of a two-letter code in any case, by the code that is used today (`UK` is GB); undefined when there is none
 * such. ZZ is how Unicode says that a country is not known.
 */
export const countryOf = (text: string): string | undefined => {
  const code = text.toUpperCase();
  if (!/^[A-Z]{2}$/.test(code) || code === 'ZZ' || NAMES.of(code) === undefined) return undefined;
  return new Intl.Locale(`und-${code}`).region;
};
