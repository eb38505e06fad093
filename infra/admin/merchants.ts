// Merchants, made and listed with the root key.
import { merchantRoutes } from '../../lib/contracts/merchants.ts';
import type { Command } from './command.ts';

const SHOWN = ['id', 'name', 'currency', 'timeZone', 'allowedHosts', 'fallbackUrl', 'grossMarginPct'];

export const merchantCommands: readonly Command[] = [
  {
    words: 'merchant create',
    summary: 'make a merchant, and show its first key, once',
    route: merchantRoutes.createMerchant,
    options: [
      { field: 'name', takes: 'text', required: true, says: 'the brand' },
      { field: 'currency', takes: 'text', value: 'USD', required: true, says: 'of all its figures, ISO 4217' },
      { field: 'timeZone', takes: 'text', value: 'Europe/Berlin', required: true, says: 'whose days its days are' },
      { field: 'allowedHosts', takes: 'list', required: true, says: 'hosts that its links may lead to' },
      { field: 'fallbackUrl', takes: 'text', value: 'URL', says: 'where links that have ended lead' },
      { field: 'grossMarginPct', takes: 'number', value: '40', says: 'gross profit in % of net revenue' },
      {
        field: 'customerHistoryFrom',
        takes: 'text',
        value: 'YYYY-MM-DD',
        says: 'the day since when every customer’s orders are known here',
      },
    ],
    run: async ({ api, fields, show, say }) => {
      const { row, text } = await api.call(merchantRoutes.createMerchant, { body: fields });
      show(row, text, [...SHOWN, 'customerHistoryFrom', 'apiKey']);
      say('apiKey is shown this once: keep it now.');
      return true;
    },
  },
  {
    words: 'merchant list',
    summary: 'list all merchants',
    route: merchantRoutes.listMerchants,
    options: [],
    run: async ({ api, showAll }) => {
      showAll(await api.list(merchantRoutes.listMerchants), ['id', 'name', 'currency', 'timeZone', 'allowedHosts']);
      return true;
    },
  },
];
