// What of a merchant's settings a redirect goes by, rendered into each link, since it reads nothing else.
import type { LinkData, MerchantData } from '../../lib/domain/entities.ts';
import { retentionOf } from '../../lib/domain/retention.ts';
import { mapAtOnce } from '../../lib/flows/at-once.ts';
import { recordsOf, replaceRecord, type StoredRecord } from '../../lib/table/records.ts';
import type { Call } from './operation.ts';

const LINKS_AT_ONCE = 16;

type Settings = Required<Pick<LinkData, 'clickDays' | 'consentMode'>>;

/** How long clicks are kept, and whom cookies wait for. */
const settingsOf = (data: MerchantData): Settings => ({
  clickDays: retentionOf(data).clickDays,
  consentMode: data.consentMode ?? 'gpc',
});

const isBehind = ({ clickDays, consentMode = 'gpc' }: LinkData, wanted: Settings): boolean =>
  clickDays !== wanted.clickDays || consentMode !== wanted.consentMode;

/**
 * Brings a merchant's links in line with its settings. Those that are already are left alone, so that a request cut short
 * is finished by its repeat; one that somebody changes meanwhile is rendered anew by that change.
 */
export const renderLinkSettings = async (call: Call, merchant: MerchantData): Promise<void> => {
  const { table } = call.service;
  const wanted = settingsOf(merchant);
  const render = async (link: StoredRecord<LinkData>) => {
    await replaceRecord(table, { ...link, data: { ...link.data, ...wanted } });
  };
  let behind: StoredRecord<LinkData>[] = [];
  for await (const { record } of recordsOf<LinkData>(table, { merchantId: call.merchant.id, kind: 'link' })) {
    if (isBehind(record.data, wanted)) behind.push(record);
    if (behind.length < LINKS_AT_ONCE) continue;
    await mapAtOnce(behind, LINKS_AT_ONCE, render);
    behind = [];
  }
  await mapAtOnce(behind, LINKS_AT_ONCE, render);
};
