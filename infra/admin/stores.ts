// A merchant's stores: where its orders come in, and the secrets they are signed with.
import { storeRoutes } from '../../lib/contracts/stores.ts';
import type { Command, Option } from './command.ts';

const SHOWN = ['id', 'externalId', 'name', 'platform', 'domain', 'webhookUrl'];

const webhookSecret: Option = {
  field: 'webhookSecret',
  takes: 'file',
  says: 'the secret the shop signs with, - for standard input; made if not given',
};

/** A secret that was made is shown; one that was brought is known, and not shown again. */
const secretOf = (brought: unknown) =>
  brought === undefined
    ? { fields: ['webhookSecret'], line: 'webhookSecret is shown this once: keep it now.' }
    : { fields: [], line: 'webhookSecret is the one you brought.' };

export const storeCommands: readonly Command[] = [
  {
    words: 'store create',
    summary: 'add a store, and show its webhook address and, once, its secret',
    route: storeRoutes.create,
    options: [
      { field: 'platform', takes: 'text', value: 'shopify|standard', required: true, says: 'whose webhooks it sends' },
      { field: 'domain', takes: 'text', value: 'HOST', required: true, says: "the shop's; myshopify.com for Shopify" },
      { field: 'name', takes: 'text', says: 'default: the domain' },
      { field: 'externalId', takes: 'text', value: 'ID', says: 'an id of your own, then usable as ext_ID' },
      webhookSecret,
    ],
    run: async ({ api, fields, show, say }) => {
      const secret = secretOf(fields.webhookSecret);
      const { row, text } = await api.call(storeRoutes.create, { body: fields });
      show(row, text, [...SHOWN, ...secret.fields]);
      say(secret.line);
      return true;
    },
  },
  {
    words: 'store list',
    summary: "list the merchant's stores",
    route: storeRoutes.list,
    options: [],
    run: async ({ api, showAll }) => {
      showAll(await api.list(storeRoutes.list), SHOWN);
      return true;
    },
  },
  {
    words: 'store rotate-secret',
    summary: 'give a store a new webhook secret; the old one stays valid for 24 hours',
    route: storeRoutes.rotateSecret,
    ids: 'one',
    options: [webhookSecret],
    run: async ({ api, fields, ids: [id = ''], show, say }) => {
      const secret = secretOf(fields.webhookSecret);
      const { row, text } = await api.call(storeRoutes.rotateSecret, { id, body: fields });
      show(row, text, [...SHOWN, ...secret.fields]);
      say(secret.line);
      return true;
    },
  },
];
