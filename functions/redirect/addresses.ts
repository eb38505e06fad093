// The addresses a request came from: they tell a repeat while it is under way, and are kept nowhere.
import type { Request } from '../../lib/http/request.ts';

export interface SenderAddresses {
  /** What tells senders apart; null where only the machine itself is known to have sent it, as behind a proxy that says nothing. */
  readonly from: string | null;
  /** Each address in the request. */
  readonly all: readonly string[];
}

let net: typeof import('node:net') | undefined;

/** As URLs write it too: IPv6 in brackets. */
export const isAddress = (text: string): boolean => {
  // Loaded with node:http, which a first request has opened by now: an import would be two milliseconds of the start.
  net ??= process.getBuiltinModule('node:net');
  return net.isIP(text.replace(/^\[|\]$/g, '')) !== 0;
};

const isLoopback = (address: string): boolean => /^(?:127\.|::1$|::ffff:127\.)/.test(address);

/** Those on the way from the shopper to here, as far as proxies said, and who spoke to this machine. */
export const addressesOf = ({ headers, sourceAddress, behindEdge }: Request): SenderAddresses => {
  const forwarded = headers['x-forwarded-for'];
  const said = (forwarded ? forwarded.split(',').map((part) => part.trim()) : []).filter(isAddress);
  if (sourceAddress === null) return { from: said.join() || null, all: said };
  const ours = behindEdge || isLoopback(sourceAddress);
  const way = ours ? said.filter((one) => one !== sourceAddress) : [...said, sourceAddress];
  return { from: way.join() || null, all: way };
};

/** A header without the sender's address, which some clients write into their name. */
export const withoutAddresses = (text: string | null, addresses: readonly string[]): string | null => {
  if (text === null) return null;
  let clean = text;
  for (const address of addresses) if (clean.includes(address)) clean = clean.replaceAll(address, '-');
  return clean;
};
