// The addresses a request came from: they tell a repeat while it is under way, and are kept nowhere.
import type { Request } from '../../lib/http/request.ts';
import { addressIn, isPrivate } from '../../lib/platform/addresses.ts';

export interface SenderAddresses {
  /**
   * What tells senders apart; null where only a machine of the same network is known to have sent it, as by a proxy that
   * says nothing.
   */
  readonly from: string | null;
  /** Each address in the request. */
  readonly all: readonly string[];
}

/** Those on the way from the shopper to here, as far as proxies said, and who spoke to this machine. */
export const addressesOf = ({ headers, sourceAddress, behindEdge }: Request): SenderAddresses => {
  const told = `${headers['x-forwarded-for'] ?? ''},${headers['x-real-ip'] ?? ''}`;
  const said = [...new Set(told.split(',').flatMap((part) => addressIn(part) ?? []))];
  const source = addressIn(sourceAddress ?? '');
  const all = source === undefined ? said : [...said, source];
  const ours = source !== undefined && (behindEdge || isPrivate(source));
  const way = ours ? said.filter((one) => one !== source) : all;
  return { from: way.every(isPrivate) ? null : way.join(), all };
};
