// Stores: where webhooks come from, and the secrets they are signed with.
import { randomBytes } from 'node:crypto';
import type * as z from 'zod';
import { type StoreCreate, type StorePatch, storeRoutes } from '../../lib/contracts/stores.ts';
import type { Platform, StoreData } from '../../lib/domain/entities.ts';
import { open, seal } from '../../lib/platform/crypto.ts';
import type { StoredRecord } from '../../lib/table/records.ts';
import { type Call, operation } from './operation.ts';
import { required } from './references.ts';
import { resourceOperations, stamps, updateRecord } from './resource.ts';

type Body = z.output<typeof StoreCreate>;
type Patch = z.output<typeof StorePatch>;

/** After a rotation the old secret stays valid this long: shops take up to an hour to use the new one. */
const ROTATION_MS = 24 * 3_600_000;
const CREDENTIALS = ['accessToken', 'storeHash', 'consumerKey', 'consumerSecret'] as const;

/** What a sealed secret is bound to. */
const secretContext = (call: Call, field: string) => `${call.merchant.id}|store|${field}`;

/** Standard Webhooks keys are `whsec_` and base64; the other platforms take plain text. */
const madeSecret = (platform: Platform): string =>
  platform === 'standard' ? `whsec_${randomBytes(32).toString('base64')}` : randomBytes(32).toString('hex');

const sealedCredentials = (call: Call, body: Patch): Record<string, string> =>
  Object.fromEntries(
    CREDENTIALS.flatMap((name) => {
      const value = body[name];
      return value ? [[name, seal(call.service.masterKey, secretContext(call, name), value)]] : [];
    }),
  );

const build = async (call: Call, body: Body, existing?: StoreData): Promise<StoreData> => {
  const secret = body.webhookSecret ?? (existing ? undefined : madeSecret(body.platform));
  const sealed = secret && seal(call.service.masterKey, secretContext(call, 'webhookSecret'), secret);
  return {
    name: body.name ?? body.domain,
    platform: body.platform,
    domain: body.domain,
    secrets: sealed ? [{ sealed, validUntil: null }] : (existing?.secrets ?? []),
    credentials: { ...existing?.credentials, ...sealedCredentials(call, body) },
  };
};

const present = (call: Call, record: StoredRecord<StoreData>) => ({
  ...stamps(record),
  name: record.data.name,
  platform: record.data.platform,
  domain: record.data.domain,
  webhookUrl: `${call.service.baseUrl}/webhooks/${record.id}`,
  credentials: Object.keys(record.data.credentials),
});

const newestSecret = (call: Call, record: StoredRecord<StoreData>) => {
  const sealed = record.data.secrets[0]?.sealed;
  return { webhookSecret: sealed && open(call.service.masterKey, secretContext(call, 'webhookSecret'), sealed) };
};

const rotateSecret = operation(storeRoutes.rotateSecret, async (call) => {
  const anyCall = call as Call;
  const read = () => required<StoreData>(anyCall, 'store', call.params.id as string);
  const record = await updateRecord<StoreData>(anyCall, read, async ({ data }) => {
    const secret = call.body.webhookSecret ?? madeSecret(data.platform);
    const sealed = seal(call.service.masterKey, secretContext(anyCall, 'webhookSecret'), secret);
    const validUntil = call.now + ROTATION_MS;
    const still = data.secrets.filter((old) => old.validUntil === null || old.validUntil > call.now);
    const old = still.map((one) => ({ ...one, validUntil: Math.min(one.validUntil ?? validUntil, validUntil) }));
    return { data: { ...data, secrets: [{ sealed, validUntil: null }, ...old] } };
  });
  return { status: 200, body: { ...present(anyCall, record), ...newestSecret(anyCall, record) } };
});

export const storeOperations = [
  ...resourceOperations<StoreData, Body, Patch, { platform?: string }>({
    routes: storeRoutes as never,
    kind: 'store',
    prefix: 'sto',
    build: (call, body, _errors, existing) => build(call, body, existing),
    change: async (call, data, patch) => ({
      ...data,
      name: patch.name === undefined ? data.name : (patch.name ?? patch.domain ?? data.domain),
      domain: patch.domain ?? data.domain,
      credentials: { ...data.credentials, ...sealedCredentials(call, patch) },
    }),
    present,
    shownOnce: newestSecret,
    filter: async (_call, query) => (record) => !query.platform || record.data.platform === query.platform,
  }),
  rotateSecret,
];
