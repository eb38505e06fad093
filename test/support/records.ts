// Entities as stored, one factory each, for tests below the HTTP floor.
import type { CreatorData, DiscountCodeData, LinkData, MerchantData } from '../../lib/domain/entities.ts';
import { DEFAULT_DOMAIN } from '../../lib/table/click-path-keys.ts';
import { namesOfCode } from '../../lib/table/discount-codes.ts';
import { keys } from '../../lib/table/keys.ts';
import { createRecord, type Names, type RecordKind, type StoredRecord } from '../../lib/table/records.ts';
import type { Table } from '../../lib/table/table.ts';
import { TEST_NOW } from './service.ts';

type Over<D> = Partial<Omit<StoredRecord<D>, 'data'>> & { readonly data?: Partial<D> };

export const MERCHANT_ID = 'mer_TestMerchant000001';

let made = 0;
const nextId = (prefix: string) => `${prefix}_${String(++made).padStart(18, '0')}`;

/** Any record; `data` is the entity's own part. */
export const aRecord = <D>(kind: RecordKind, data: D, over: Partial<StoredRecord<D>> = {}): StoredRecord<D> => ({
  id: nextId(kind === 'merchant' ? 'mer' : kind.slice(0, 3)),
  kind,
  merchantId: MERCHANT_ID,
  createdAt: TEST_NOW,
  updatedAt: TEST_NOW,
  archivedAt: null,
  externalId: null,
  revision: 1,
  data,
  ...over,
});

export const aMerchant = ({ data, ...over }: Over<MerchantData> = {}): StoredRecord<MerchantData> => {
  const rules = [{ id: 'rul_1', from: '2026-01-01', lookbackDays: 30, conflictPolicy: 'code_first', halfLifeDays: 7 }];
  return aRecord(
    'merchant',
    {
      name: 'Riverbank Protein',
      currency: 'USD',
      timeZone: 'UTC',
      allowedHosts: ['shop.example'],
      fallbackUrl: 'https://shop.example/',
      grossMarginPct: null,
      customerHistoryFrom: '2020-01-01',
      rules: rules as MerchantData['rules'],
      clickShards: 8,
      closedThrough: null,
      firstFactOn: '2026-11-20',
      ...data,
    },
    { id: MERCHANT_ID, ...over },
  );
};

export const aCreator = ({ data, ...over }: Over<CreatorData> = {}): StoredRecord<CreatorData> =>
  aRecord(
    'creator',
    {
      name: 'Sarah Lim',
      handle: 'sarahlim',
      email: null,
      profiles: [],
      programTier: null,
      status: 'active',
      tags: [],
      note: null,
      ...data,
    },
    over,
  );

export const aLink = ({ data, ...over }: Over<LinkData> = {}): StoredRecord<LinkData> =>
  aRecord(
    'link',
    {
      creatorId: 'crt_1',
      campaignId: null,
      domain: DEFAULT_DOMAIN,
      slug: 'sarah-protein',
      destinationUrl: 'https://shop.example/protein',
      placement: null,
      platform: null,
      utm: {},
      discountCodeId: null,
      expiresAt: null,
      targetUrl: 'https://shop.example/protein?utm_source=sarahlim&utm_medium=creator&utm_campaign=autumn-launch',
      allowedHosts: ['shop.example'],
      fallbackUrl: 'https://shop.example/',
      timeZone: 'UTC',
      clickShards: 8,
      ...data,
    } as LinkData,
    over,
  );

export const aDiscountCode = ({ data, ...over }: Over<DiscountCodeData> = {}): StoredRecord<DiscountCodeData> =>
  aRecord(
    'discount-code',
    {
      creatorId: 'crt_1',
      campaignId: null,
      storeIds: ['sto_1'],
      code: 'SARAH15',
      value: { type: 'percent', amount: 15 },
      startsAt: null,
      endsAt: null,
      usageLimit: null,
      minimumSubtotal: null,
      ...data,
    },
    over,
  );

/** Stores a record, a link under its slug and a code under its stores; throws when a name is taken. */
export const stored = async <D>(table: Table, record: StoredRecord<D>): Promise<StoredRecord<D>> => {
  const outcome = await createRecord(table, record, namesOf(record));
  if (!outcome.ok) throw new Error(`${record.kind} ${record.id}: ${outcome.taken} taken`);
  return record;
};

const namesOf = (record: StoredRecord<unknown>): Names => {
  if (record.kind === 'link') {
    const { domain, slug } = record.data as LinkData;
    return { home: keys.link(domain, slug) };
  }
  if (record.kind !== 'discount-code') return {};
  return namesOfCode(record.data as DiscountCodeData);
};
