// Whose export of orders a CSV is, told by its header, and whether it can be of the store it is sent for.
import { type CsvRow, hasColumns } from '../../lib/connectors/export-rows.ts';
import { SHOPIFY_COLUMNS } from '../../lib/connectors/shopify-export.ts';
import { WOOCOMMERCE_COLUMNS } from '../../lib/connectors/woocommerce-export.ts';
import type { Platform } from '../../lib/domain/entities.ts';
import { invalid } from '../../lib/http/refusal.ts';

const EXPORTS = {
  shopify: { name: 'Shopify', columns: SHOPIFY_COLUMNS },
  woocommerce: { name: 'WooCommerce', columns: WOOCOMMERCE_COLUMNS },
} as const;

export type Exporter = keyof typeof EXPORTS;

/**
 * The platform that exported a file for a store on `platform`; 422 for what is neither's, or another's than the store's:
 * platforms number orders each in their own way, so its orders would be other sales, or missing ones. A `standard` store may
 * stand for a shop on any: its ids are what its sender makes them. `pointer` is to what names the store.
 */
export const exporterOf = (rows: readonly CsvRow[], platform: Platform, pointer: string): Exporter => {
  const exporter = (Object.keys(EXPORTS) as Exporter[]).find((one) => hasColumns(rows, EXPORTS[one].columns));
  if (!exporter) {
    throw invalid('', 'unknown_csv', "The header is not that of Shopify's or WooCommerce's export of orders");
  }
  if (platform !== exporter && platform !== 'standard') {
    const message = `The file is ${EXPORTS[exporter].name}'s, and the store is on ${platform}: its orders have other ids there`;
    throw invalid(pointer, 'csv_of_another_platform', message);
  }
  return exporter;
};
