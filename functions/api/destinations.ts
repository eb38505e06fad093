// Addresses that shoppers are sent to, checked against the merchant's hosts wherever a body names one.
import type { FieldError } from '../../lib/contracts/problems.ts';
import { faultMessage } from '../../lib/domain/destination-faults.ts';
import { type CountryDestination, checkDestination } from '../../lib/domain/destinations.ts';

/** Of all rules of a link together: each warm process keeps thousands of links in memory. */
const LONGEST_RULES = 8_000;

/** The address as it is stored, or null where none is given or it may not be led to, which is pushed. */
export const checkedUrl = (
  url: string | null | undefined,
  hosts: readonly string[],
  pointer: string,
  errors: FieldError[],
): string | null => {
  if (url === null || url === undefined) return null;
  const checked = checkDestination(url, hosts);
  if (checked.ok) return checked.url;
  errors.push({ pointer, code: checked.code, message: faultMessage(checked.code, url) });
  return null;
};

/** Destinations per country, each address as it is stored. */
export const checkedRules = (
  rules: readonly CountryDestination[],
  hosts: readonly string[],
  errors: FieldError[],
): CountryDestination[] =>
  rules.map(({ countries, url }, i) => ({
    countries: [...new Set(countries)],
    url: checkedUrl(url, hosts, `/destinations/${i}/url`, errors) ?? '',
  }));

/** Pushes a fault when the rules are more than a link is to carry. */
export const refuseLongRules = (rules: readonly CountryDestination[], errors: FieldError[]): void => {
  const length = JSON.stringify(rules).length;
  if (length <= LONGEST_RULES) return;
  const message = `The addresses are ${length} characters together with their UTM and countries; ${LONGEST_RULES} are the most`;
  errors.push({ pointer: '/destinations', code: 'too_long', message });
};
