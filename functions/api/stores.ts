// Stores: where webhooks come from, and the secrets they are signed with.
import { randomBytes } from 'node:crypto';
import type * as z from 'zod';
import type { FieldError } from '../../lib/contracts/problems.ts';
import { type StoreCreate, type StorePatch, storeRoutes } from '../../lib/contracts/stores.ts';
import type { Platform, StoreData } from '../../lib/domain/entities.ts';
import { refuseErrors } from '../../lib/http/validate.ts';
import { open, seal } from '../../lib/platform/crypto.ts';
import type { StoredRecord } from '../../lib/table/records.ts';
import { iso } from './instants.ts';
import { type Call, operation } from './operation.ts';
import { required } from './references.ts';
import { resourceOperations, stamps, updateRecord } from './resource.ts';

type Body = z.output<typeof StoreCreate>;
type Patch = z.output<typeof StorePatch>;

/** After a rotation the old secret stays valid this long: shops take up to an hour to use the new one. */
const ROTATION_MS = 24 * 3_600_000;
const CREDENTIALS = ['accessToken', 'storeHash', 'consumerKey', 'consumerSecret'] as const;

/** What a sealed secret is bound to. */
const secretContext = (call: Call, storeId: string, field: string) => `${call.merchant.id}|${storeId}|${field}`;

/** Standard Webhooks keys are `whsec_` and base64; the other platforms take plain text. */
const madeSecret = (platform: Platform): string =>
  platform === 'standard' ? `whsec_${randomBytes(32).toString('base64')}` : randomBytes(32).toString('hex');

const sealedCredentials = (call: Call, id: string, body: Patch): Record<string, string> =>
  Object.fromEntries(
    CREDENTIALS.flatMap((name) => {
      const value = body[name];
      return value ? [[name, seal(call.service.masterKey, secretContext(call, id, name), value)]] : [];
    }),
  );

const isStripes = (secret: string): boolean => secret.startsWith('whsec_');

/**
 * The bytes a Standard Webhooks secret stands for must be 24 to 64; with anything else nothing could ever be signed.
 * Stripe's are text of its own making, and an API key entered by mistake is none.
 */
const checkSecret = (platform: Platform, secret: string | null | undefined, errors: FieldError[]): void => {
  if (platform === 'stripe' && secret && !isStripes(secret)) {
    const message = "must be the endpoint's signing secret, whsec_...";
    errors.push({ pointer: '/webhookSecret', code: 'not_a_signing_secret', message });
  }
  if (platform !== 'standard' || !secret) return;
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1] ?? '';
  const { length } = Buffer.from(base64, 'base64');
  if (length >= 24 && length <= 64) return;
  const message = 'must be whsec_ and base64 of 24 to 64 bytes';
  errors.push({ pointer: '/webhookSecret', code: 'not_a_signing_secret', message });
};

const build = async (
  call: Call,
  body: Body,
  errors: FieldError[],
  existing: StoreData | undefined,
  id: string,
): Promise<StoreData> => {
  checkSecret(body.platform, body.webhookSecret, errors);
  if (existing && existing.platform !== body.platform) {
    errors.push({ pointer: '/platform', code: 'fixed', message: `is ${existing.platform}: what it sent was read so` });
  }
  const secret = body.webhookSecret ?? (existing ? undefined : madeSecret(body.platform));
  const sealed = secret && seal(call.service.masterKey, secretContext(call, id, 'webhookSecret'), secret);
  return {
    name: body.name ?? body.domain,
    platform: body.platform,
    domain: body.domain,
    secrets: sealed ? [{ sealed, validUntil: null }] : (existing?.secrets ?? []),
    credentials: { ...existing?.credentials, ...sealedCredentials(call, id, body) },
    ...(existing?.uninstalledAt !== undefined && { uninstalledAt: existing.uninstalledAt }),
  };
};

const present = (call: Call, record: StoredRecord<StoreData>) => ({
  ...stamps(record),
  name: record.data.name,
  platform: record.data.platform,
  domain: record.data.domain,
  webhookUrl: `${call.service.baseUrl}/webhooks/${record.id}`,
  credentials: Object.keys(record.data.credentials),
  uninstalledAt: iso(record.data.uninstalledAt ?? null),
});

const NOT_STRIPES =
  'Stripe signs with a secret of its own, shown once the endpoint is there: enter that whsec_... by ' +
  'POST /v1/stores/{id}/rotate-secret. With this one, made here, every delivery of Stripe is refused';

const newestSecret = (call: Call, record: StoredRecord<StoreData>) => {
  const [newest] = record.data.secrets;
  if (!newest) return {};
  const webhookSecret = open(call.service.masterKey, secretContext(call, record.id, 'webhookSecret'), newest.sealed);
  const isMade = record.data.platform === 'stripe' && !isStripes(webhookSecret);
  return { webhookSecret, ...(isMade && { webhookSecretNotice: NOT_STRIPES }) };
};

const rotateSecret = operation(storeRoutes.rotateSecret, async (call) => {
  const anyCall = call as Call;
  const read = () => required<StoreData>(anyCall, 'store', call.params.id as string);
  const record = await updateRecord<StoreData>(anyCall, read, async ({ id, data }) => {
    const errors: FieldError[] = [];
    checkSecret(data.platform, call.body.webhookSecret, errors);
    // One that is made here would outlive Stripe's own by a day and then be the only one.
    if (data.platform === 'stripe' && !call.body.webhookSecret) {
      errors.push({ pointer: '/webhookSecret', code: 'required', message: "is required: the endpoint's, from Stripe" });
    }
    refuseErrors(errors);
    const secret = call.body.webhookSecret ?? madeSecret(data.platform);
    const sealed = seal(call.service.masterKey, secretContext(anyCall, id, 'webhookSecret'), secret);
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
    build,
    change: async (call, data, patch, _errors, id) => ({
      ...data,
      name: patch.name === undefined ? data.name : (patch.name ?? patch.domain ?? data.domain),
      domain: patch.domain ?? data.domain,
      credentials: { ...data.credentials, ...sealedCredentials(call, id, patch) },
    }),
    present,
    shownOnce: newestSecret,
    filter: async (_call, query) => (record) => !query.platform || record.data.platform === query.platform,
  }),
  rotateSecret,
];
