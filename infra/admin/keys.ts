// A merchant's API keys: minted with the root key when its own are lost, listed and revoked with one of its own.
import { apiKeyRoutes, merchantRoutes } from '../../lib/contracts/merchants.ts';
import type { Command } from './command.ts';

const SHOWN = ['id', 'name', 'scopes', 'ending', 'createdAt'];

export const keyCommands: readonly Command[] = [
  {
    words: 'key mint',
    summary: 'mint a key for a merchant, and show it, once',
    route: merchantRoutes.mintMerchantKey,
    options: [
      { field: 'merchant', takes: 'text', value: 'ID', required: true, says: 'whose key' },
      { field: 'name', takes: 'text', says: 'what the key is for' },
      { field: 'scopes', takes: 'list', value: 'read,write,admin', says: 'what it may do; default all three' },
    ],
    run: async ({ api, fields, show, say }) => {
      const { merchant, ...body } = fields;
      const { row, text } = await api.call(merchantRoutes.mintMerchantKey, { id: String(merchant), body });
      show(row, text, ['id', 'name', 'scopes', 'key']);
      say('key is shown this once: keep it now.');
      return true;
    },
  },
  {
    words: 'key list',
    summary: "list the merchant's keys that are in force",
    route: apiKeyRoutes.list,
    options: [],
    run: async ({ api, showAll }) => {
      showAll(await api.list(apiKeyRoutes.list), SHOWN);
      return true;
    },
  },
  {
    words: 'key revoke',
    summary: 'revoke a key: from now on it opens nothing',
    route: apiKeyRoutes.archive,
    ids: 'one',
    options: [],
    run: async ({ api, ids: [id = ''], say }) => {
      await api.call(apiKeyRoutes.archive, { id });
      say(`${id} is revoked`);
      return true;
    },
  },
];
