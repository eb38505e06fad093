// A shop's own CSV of orders, told by its header, as the orders that its rows describe.
import { exportRows, hasColumns } from '../../lib/connectors/export-rows.ts';
import type { HistoricReading } from '../../lib/connectors/imported-order.ts';
import { readShopifyExport, SHOPIFY_COLUMNS, shopifyOrders } from '../../lib/connectors/shopify-export.ts';
import { readWooCommerceExport, WOOCOMMERCE_COLUMNS } from '../../lib/connectors/woocommerce-export.ts';
import { MOST_LINES } from '../../lib/contracts/imports.ts';
import type { MerchantData, Platform, StoreData } from '../../lib/domain/entities.ts';
import { csvRows } from '../../lib/http/csv-rows.ts';
import { invalid } from '../../lib/http/refusal.ts';
import type { StoredRecord } from '../../lib/table/records.ts';

interface ReadRow {
  readonly line: number;
  readonly reading: HistoricReading;
}

const textOf = (body: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw invalid('', 'malformed_csv', 'The file is not in UTF-8');
  }
};

const NAMES = { shopify: 'Shopify', woocommerce: 'WooCommerce' } as const;

/**
 * Platforms number orders each in their own way, so another one's file would be the same sales a second time. A
 * `standard` store may stand for a shop on any: its ids are what its sender makes them.
 */
const refuseOtherPlatform = (exported: keyof typeof NAMES, platform: Platform): void => {
  if (platform === exported || platform === 'standard') return;
  const message = `The file is ${NAMES[exported]}'s, and the store is on ${platform}: its orders have other ids there`;
  throw invalid('/query/storeId', 'csv_of_another_platform', message);
};

/** The orders of a file of the store; 422 for a file that is neither shop's, or of another platform than the store. */
export const csvOrders = (
  body: Buffer,
  { id: store, data: { platform } }: StoredRecord<StoreData>,
  merchant: MerchantData,
): readonly ReadRow[] => {
  const { rows, fault } = csvRows(textOf(body));
  if (fault) throw invalid('', 'malformed_csv', `Line ${fault.line} ${fault.message}`);
  if (rows.length > MOST_LINES + 1) {
    throw invalid('', 'too_many_lines', `Send at most ${MOST_LINES} rows at a time, the header with each part`);
  }
  if (hasColumns(rows, SHOPIFY_COLUMNS)) {
    refuseOtherPlatform('shopify', platform);
    return shopifyOrders(exportRows(rows)).map((order) => ({
      line: order[0]?.line ?? 0,
      reading: readShopifyExport(order, store),
    }));
  }
  if (hasColumns(rows, WOOCOMMERCE_COLUMNS)) {
    refuseOtherPlatform('woocommerce', platform);
    const { currency, timeZone } = merchant;
    return exportRows(rows).map((row) => ({
      line: row.line,
      reading: readWooCommerceExport(row, { store, currency, timeZone }),
    }));
  }
  throw invalid('', 'unknown_csv', "The header is not that of Shopify's or WooCommerce's export of orders");
};
