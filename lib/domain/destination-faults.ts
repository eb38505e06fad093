// What is said of a destination that may not be led to: to whoever enters it, so apart from the check that redirects make.
import { type DestinationFault, LONGEST_DESTINATION } from './destinations.ts';

const MESSAGES: Readonly<Record<Exclude<DestinationFault, 'host_not_allowed'>, string>> = {
  not_a_url: 'This is not a complete URL, https:// and a host.',
  not_https: 'The URL must begin with https://.',
  userinfo: 'The URL contains a user name or password.',
  port: 'The URL contains a port.',
  backslash: 'The URL contains a backslash.',
  control_character: 'The URL contains white space or a control character.',
  too_long: `The URL is longer than ${LONGEST_DESTINATION} characters.`,
};

/** The fault of a URL, in a sentence. */
export const faultMessage = (fault: DestinationFault, url: string): string =>
  fault === 'host_not_allowed'
    ? `The host ${URL.parse(url)?.hostname} is not one of the merchant's allowed hosts.`
    : MESSAGES[fault];
