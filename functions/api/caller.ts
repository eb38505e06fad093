// Who is calling: the root key, a merchant's key, or nobody.
import type { Route } from '../../lib/contracts/route.ts';
import type { ApiKeyData, MerchantData, Scope } from '../../lib/domain/entities.ts';
import type { Service } from '../../lib/flows/service.ts';
import { refusal } from '../../lib/http/refusal.ts';
import type { Request } from '../../lib/http/request.ts';
import { equalInConstantTime, sha256Hex } from '../../lib/platform/crypto.ts';
import { keys } from '../../lib/table/keys.ts';
import { recordAt, recordById } from '../../lib/table/records.ts';
import type { Merchant } from './operation.ts';

export interface Caller {
  /** The key's own id; `root` for the root key, `public` for nobody. */
  readonly keyId: string;
  readonly merchant: Merchant | null;
  readonly scopes: readonly Scope[];
}

const bearerOf = (request: Request): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];

const ownerOf = async (service: Service, key: string): Promise<Caller> => {
  const record = await recordAt<ApiKeyData>(service.table, keys.apiKey(sha256Hex(key)));
  if (!record || record.archivedAt !== null) throw refusal('unauthorized', 'The API key is not known or was revoked');
  const merchant = await recordById<MerchantData>(service.table, record.merchantId);
  if (!merchant) throw refusal('unauthorized', 'The API key is not known or was revoked');
  return { keyId: record.id, merchant, scopes: record.data.scopes };
};

/** Finds the caller and checks that the key may use this route: 401 without a valid key, 403 without the scope. */
export const authenticate = async (service: Service, request: Request, route: Route): Promise<Caller> => {
  if (route.scope === 'public') return { keyId: 'public', merchant: null, scopes: [] };
  const key = bearerOf(request);
  if (!key) throw refusal('unauthorized', 'Send your API key as Authorization: Bearer KEY');
  const isRoot = service.rootKey !== undefined && equalInConstantTime(key, service.rootKey);
  if (route.scope === 'root') {
    if (isRoot) return { keyId: 'root', merchant: null, scopes: [] };
    await ownerOf(service, key);
    throw refusal('forbidden', 'Only the root key may do this');
  }
  if (isRoot) throw refusal('forbidden', 'The root key only creates and lists merchants and mints their keys');
  const caller = await ownerOf(service, key);
  if (!caller.scopes.includes(route.scope)) throw refusal('forbidden', `The key lacks the scope ${route.scope}`);
  return caller;
};
