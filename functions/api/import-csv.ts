// A shop's own CSV of orders, told by its header, as the orders that its rows describe.
import { exportRows } from '../../lib/connectors/export-rows.ts';
import type { HistoricReading } from '../../lib/connectors/imported-order.ts';
import { readShopifyExport, shopifyOrders } from '../../lib/connectors/shopify-export.ts';
import { readWooCommerceExport } from '../../lib/connectors/woocommerce-export.ts';
import { MOST_LINES } from '../../lib/contracts/imports.ts';
import type { MerchantData, StoreData } from '../../lib/domain/entities.ts';
import { csvRows } from '../../lib/http/csv-rows.ts';
import { invalid } from '../../lib/http/refusal.ts';
import type { StoredRecord } from '../../lib/table/records.ts';
import { exporterOf } from './shop-export.ts';

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
  if (exporterOf(rows, platform, '/query/storeId') === 'shopify') {
    return shopifyOrders(exportRows(rows)).map((order) => ({
      line: order[0]?.line ?? 0,
      reading: readShopifyExport(order, store),
    }));
  }
  const { currency, timeZone } = merchant;
  return exportRows(rows).map((row) => ({
    line: row.line,
    reading: readWooCommerceExport(row, { store, currency, timeZone }),
  }));
};
