// What ties a customer's orders together without naming anybody: hashes under a key of the merchant's own.
import type { CustomerIdentity } from '../connectors/connector.ts';
import { deriveKey, hmac } from '../platform/crypto.ts';
import type { Service } from './service.ts';

/** An e-mail address as it is hashed: written otherwise, it is still the same. */
const sameEmail = (email: string | null): string => email?.normalize('NFKC').trim().toLowerCase() ?? '';

/**
 * A customer's keys, of the e-mail and of the shop's own id, each under the merchant's own key: two merchants' data can't
 * be joined, and two shops' ids are never each other's.
 */
export const customerKeysOf = (
  service: Pick<Service, 'masterKey'>,
  merchantId: string,
  storeId: string,
  customer: CustomerIdentity,
): string[] => {
  const key = deriveKey(service.masterKey, 'customer', merchantId);
  const hashed = (text: string) => hmac(key, text).subarray(0, 15).toString('base64url');
  const email = sameEmail(customer.email);
  return [
    ...(email ? [hashed(`email|${email}`)] : []),
    ...(customer.platformId ? [hashed(`id|${storeId}|${customer.platformId}`)] : []),
  ];
};
