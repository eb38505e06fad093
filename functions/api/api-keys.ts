// API keys: only their SHA-256 is stored, under which they are found; a key is shown once and revoked by archiving it.
import type * as z from 'zod';
import { type ApiKeyCreate, apiKeyRoutes } from '../../lib/contracts/merchants.ts';
import type { ApiKeyData, Scope } from '../../lib/domain/entities.ts';
import { refusal } from '../../lib/http/refusal.ts';
import { sha256Hex } from '../../lib/platform/crypto.ts';
import { newKeySecret } from '../../lib/platform/ids.ts';
import { keys } from '../../lib/table/keys.ts';
import { createRecord, type StoredRecord } from '../../lib/table/records.ts';
import type { Call } from './operation.ts';
import { freshRecord, resourceOperations, stamps } from './resource.ts';

type Body = z.output<typeof ApiKeyCreate>;

const ALL_SCOPES: readonly Scope[] = ['read', 'write', 'admin'];

/** Keys just made, until their one answer is written. */
const justMade = new WeakMap<StoredRecord<ApiKeyData>, string>();

export const presentKey = (record: StoredRecord<ApiKeyData>) => ({ ...stamps(record), ...record.data });

const createKey = async (call: Call, record: StoredRecord<ApiKeyData>): Promise<StoredRecord<ApiKeyData>> => {
  const key = `trb_live_${newKeySecret()}`;
  const made = { ...record, data: { ...record.data, ending: key.slice(-4) } };
  const outcome = await createRecord(call.service.table, made, { home: keys.apiKey(sha256Hex(key)) });
  if (!outcome.ok) throw refusal('external_id_taken', `externalId ${record.externalId} is taken`);
  justMade.set(made, key);
  return made;
};

/** An admin key made by the root key: a merchant's first, or one for a merchant that lost its own. */
export const mintAdminKey = async (
  call: Call,
  merchantId: string,
  name = 'admin key',
  scopes: readonly Scope[] = ALL_SCOPES,
): Promise<{ readonly record: StoredRecord<ApiKeyData>; readonly key: string }> => {
  const owned = { ...call, merchant: { id: merchantId } } as Call;
  const record = await createKey(
    owned,
    freshRecord(owned, 'api-key', call.newId('key'), null, { name, scopes, ending: '' }),
  );
  return { record, key: justMade.get(record) ?? '' };
};

const allowed = (call: Call, scopes: readonly Scope[]): readonly Scope[] => {
  const beyond = scopes.filter((scope) => !call.scopes.includes(scope));
  if (beyond.length > 0) throw refusal('forbidden', `Your key lacks ${beyond.join(', ')} and so can't grant it`);
  return [...new Set(scopes)];
};

export const apiKeyOperations = resourceOperations<ApiKeyData, Body, Partial<Body>, Record<string, never>>({
  routes: apiKeyRoutes as never,
  kind: 'api-key',
  prefix: 'key',
  build: async (call, body, _errors, existing) => ({
    name: body.name,
    scopes: allowed(call, body.scopes),
    ending: existing?.ending ?? '',
  }),
  change: async (call, data, patch) => ({
    ...data,
    name: patch.name ?? data.name,
    scopes: patch.scopes ? allowed(call, patch.scopes) : data.scopes,
  }),
  present: (_call, record) => presentKey(record),
  create: createKey,
  shownOnce: (_call, record) => ({ key: justMade.get(record) }),
  filter: async () => () => true,
});
