// IP addresses in what strangers send: found, brought to one form, cut out before anything is kept.

import { createBoundedMap } from './bounded-map.ts';

let net: typeof import('node:net') | undefined;

const isAddress = (text: string): boolean => {
  // Loaded with node:http, which a first request has opened by now: an import would be two milliseconds of the start.
  net ??= process.getBuiltinModule('node:net');
  return net.isIP(text) !== 0;
};

/**
 * The address that a proxy or a socket names, in lower case: without the brackets and the port that some add, and without
 * the `::ffff:` that a socket for both kinds puts before IPv4. Undefined for what is none.
 */
export const addressIn = (said: string): string | undefined => {
  const address = said
    .trim()
    .toLowerCase()
    .replace(/^"(.*)"$/, '$1')
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^(?:::ffff:)?((?:\d+\.){3}\d+)(?::\d+)?$/, '$1');
  return isAddress(address) ? address : undefined;
};

/** This machine's, and those of networks behind a machine: where no proxy tells whose, they are anybody's. */
export const isPrivate = (address: string): boolean =>
  /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|::1$|f[cd]..:|fe[89ab].:)/.test(address);

/** Four numbers that stand by themselves: a version follows a name and a slash, or stands between a phone and its build. */
const IPV4 =
  /(?<![\w.]|[\w)]\/|\b(?:rv|ver|version|build)[ :=])((?:\d{1,3}\.){3}\d{1,3})(?!\w|\.\d| Build\/)(?::\d+)?/gi;

/** Characters of IPv6, with two colons at least: names of Perl's modules too, and the time. */
const MAYBE_IPV6 = /(?<![\da-f:.])[\da-f.]*:[\da-f.]*:[\da-f:.]*/gi;

const withoutIpv6 = (found: string): string => {
  const text = found.replace(/(?<!:):$|\.$/, '');
  // Before a first colon may stand the end of another word, as in `XFF:`.
  const address = [text, text.replace(/^[^:]*:/, '')].find((one) => /\d/.test(one) && isAddress(one));
  return address === undefined ? found : found.replace(address, '-');
};

/** Texts that came before, mostly names of browsers: there are some hundreds, and each is looked through once. */
const seen = createBoundedMap<string>(500);

const cutOut = (text: string): string => {
  const clean = text
    .replace(MAYBE_IPV6, withoutIpv6)
    .replace(IPV4, (found, address: string) => (isAddress(address) ? '-' : found));
  seen.set(text, clean);
  return clean;
};

/** A text without IP addresses: some clients write theirs into their name. Those in `known` go wherever they stand. */
export const withoutAddresses = (text: string, known: readonly string[] = []): string => {
  let clean = text;
  for (const address of known) if (clean.includes(address)) clean = clean.replaceAll(address, '-');
  return seen.get(clean) ?? cutOut(clean);
};

/** The name of a URL's host; null where there is none, or it is or holds an IP address: that is nobody's name. */
export const hostNamed = (url: URL | null): string | null => {
  const host = url?.hostname ?? '';
  return host !== '' && host === withoutAddresses(host) ? host : null;
};
