// Stores: the shops whose orders come in by webhook.
import * as z from 'zod';
import { readable, Stamps, text } from './fields.ts';
import { resourceRoutes } from './resource.ts';
import { route } from './route.ts';

export const Platform = z.enum(['shopify', 'woocommerce', 'bigcommerce', 'stripe', 'standard']);
const Domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be a host name');
const Credential = z.string().min(1).max(500).nullish();

const changeable = {
  name: text(200).nullish(),
  accessToken: Credential,
  storeHash: Credential,
  consumerKey: Credential,
  consumerSecret: Credential,
};

const WebhookSecret = z
  .string()
  .min(8)
  .max(255)
  .check(readable)
  .meta({
    description:
      'The secret the shop signs with; made if absent, shown once. Stripe makes its own, whsec_..., with the endpoint: ' +
      'enter it here, or by rotate-secret once the endpoint is there, where a stripe store must have it',
  });

export const StoreCreate = z.strictObject({
  ...changeable,
  platform: Platform,
  domain: Domain,
  webhookSecret: WebhookSecret.nullish(),
});
export const StorePatch = z.strictObject({ ...changeable, domain: Domain }).partial();

const Store = z
  .object({
    ...Stamps,
    name: z.string(),
    platform: Platform,
    domain: z.string(),
    webhookUrl: z.string().meta({ description: 'Where the shop posts its webhooks' }),
    webhookSecret: z.string().optional().meta({ description: 'Shown once' }),
    webhookSecretNotice: z
      .string()
      .optional()
      .meta({ description: "Beside a webhookSecret that is of no use yet: a stripe store's that was made here" }),
    credentials: z.array(z.string()).meta({ description: 'Names of the credentials on file' }),
    uninstalledAt: z
      .string()
      .nullable()
      .meta({ description: 'When the shop said that the app was removed; null while it is there, or back' }),
  })
  .meta({ id: 'Store' });

export const storeRoutes = {
  ...resourceRoutes({
    path: 'stores',
    name: 'Store',
    plural: 'Stores',
    tag: 'Stores',
    create: StoreCreate,
    patch: StorePatch,
    answer: Store,
    filters: z.strictObject({ platform: Platform.optional() }),
    writeScope: 'admin',
  }),
  rotateSecret: route({
    id: 'rotateStoreSecret',
    method: 'POST',
    path: '/v1/stores/{id}/rotate-secret',
    summary: "A new webhook secret, of a stripe store Stripe's own; the old one stays valid 24 hours",
    tag: 'Stores',
    scope: 'admin',
    serves: 'api',
    body: z.strictObject({ webhookSecret: WebhookSecret.nullish() }),
    responses: { 200: { description: 'The store with its new secret, shown once', schema: Store } },
  }),
};
