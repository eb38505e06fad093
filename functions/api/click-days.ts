// How long a link's clicks are kept, rendered into the link, since a redirect reads nothing else.
import type { LinkData } from '../../lib/domain/entities.ts';
import { mapAtOnce } from '../../lib/flows/at-once.ts';
import { recordsOf, replaceRecord, type StoredRecord } from '../../lib/table/records.ts';
import type { Call } from './operation.ts';

const LINKS_AT_ONCE = 16;

/**
 * Brings a merchant's links in line with its setting. Those that are already are left alone, so that a request cut short
 * is finished by its repeat; one that somebody changes meanwhile is rendered anew by that change.
 */
export const renderClickDays = async (call: Call, clickDays: number): Promise<void> => {
  const { table } = call.service;
  const render = async (link: StoredRecord<LinkData>) => {
    await replaceRecord(table, { ...link, data: { ...link.data, clickDays } });
  };
  let behind: StoredRecord<LinkData>[] = [];
  for await (const { record } of recordsOf<LinkData>(table, { merchantId: call.merchant.id, kind: 'link' })) {
    if (record.data.clickDays !== clickDays) behind.push(record);
    if (behind.length < LINKS_AT_ONCE) continue;
    await mapAtOnce(behind, LINKS_AT_ONCE, render);
    behind = [];
  }
  await mapAtOnce(behind, LINKS_AT_ONCE, render);
};
