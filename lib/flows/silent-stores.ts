// Says which of a merchant's stores have stopped selling, from the days' roll-ups alone.
import { type Day, daysFrom } from '../domain/days.ts';
import type { MerchantData, StoreData } from '../domain/entities.ts';
import { silenceWindow, silentStores } from '../domain/silent-stores.ts';
import { recordById, type StoredRecord } from '../table/records.ts';
import { readRollups } from '../table/rollups.ts';
import type { Service } from './service.ts';

/**
 * Reports the stores that fell silent up to a day just closed, and all before it with it; one that was archived is silent
 * on purpose.
 */
export const reportSilentStores = async (
  service: Service,
  { id: merchantId, data }: StoredRecord<MerchantData>,
  through: Day,
): Promise<void> => {
  if (data.firstFactOn === null) return;
  const { from, to } = silenceWindow(through);
  const rollups = await readRollups(service.table, merchantId, daysFrom(from, to));
  const sold = rollups.map(({ header, day }): [Day, Set<string>] => [
    header.day,
    new Set(day.stores.filter(({ bookedOrders }) => bookedOrders > 0).map(({ storeId }) => storeId)),
  ]);
  for (const storeId of silentStores(new Map(sold), through)) {
    const store = await recordById<StoreData>(service.table, storeId);
    if (store?.archivedAt !== null) continue;
    service.count('StoresSilent');
    service.log.warn('store silent', { merchantId, storeId, through });
  }
};
