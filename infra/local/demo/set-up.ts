// The first half hour of the demo's merchant: shops, creators, campaigns, links and codes, through the API.
import type { Day } from '../../../lib/domain/days.ts';
import type { DemoClient } from './client.ts';
import { type CampaignKey, CREATORS, creatorsIn, type DemoCreator } from './creators.ts';
import type { CodeRef, LinkRef } from './plan.ts';
import { type CreatedStore, SHOPIFY_DOMAIN } from './shops.ts';

export const ZONE = 'America/New_York';

const SHOP = 'https://www.alder-and-oak.example';

export interface DemoMerchant {
  readonly key: string;
  readonly shopify: CreatedStore;
  readonly standard: CreatedStore;
  readonly pathOf: (link: LinkRef) => string;
  readonly codeOf: (code: CodeRef) => string;
}

const createMerchant = (root: DemoClient) =>
  root.call<{ apiKey: string }>('POST', '/v1/merchants', {
    name: 'Alder & Oak',
    currency: 'USD',
    timeZone: ZONE,
    allowedHosts: ['www.alder-and-oak.example', 'pro.alder-and-oak.example'],
    fallbackUrl: `${SHOP}/`,
    grossMarginPct: 40,
    customerHistoryFrom: '2019-03-01',
  });

const createStores = async (client: DemoClient) => {
  const create = (body: unknown) => client.call<CreatedStore>('POST', '/v1/stores', body);
  return {
    shopify: await create({ name: 'Alder & Oak', platform: 'shopify', domain: SHOPIFY_DOMAIN }),
    standard: await create({ name: 'Alder & Oak Pro', platform: 'standard', domain: 'pro.alder-and-oak.example' }),
  };
};

const createCreators = async (client: DemoClient) => {
  for (const { key, name, handle, profiles, programTier } of CREATORS) {
    const email = `${handle}@example.com`;
    await client.call('POST', '/v1/creators', {
      externalId: key,
      ...{ name, handle, email, profiles, programTier },
      status: 'active',
    });
  }
};

const createCampaigns = async (client: DemoClient, today: Day) => {
  const utm = { source: '{platform}', medium: 'creator', content: '{creator.handle}', term: '{link.placement}' };
  await client.call('POST', '/v1/campaigns', {
    externalId: 'autumn-protein' satisfies CampaignKey,
    name: 'Autumn Protein',
    destinationUrl: `${SHOP}/collections/protein`,
    startsOn: today,
    budget: { amount: 600_000, currency: 'USD' },
    goal: { metric: 'net revenue in USD', target: 12_000 },
    attribution: { lookbackDays: 14 },
    utm,
  });
  await client.call('POST', '/v1/campaigns', {
    externalId: 'always-on' satisfies CampaignKey,
    name: 'Always-on Ambassadors',
    destinationUrl: `${SHOP}/`,
    startsOn: today,
    utm,
  });
};

const nameOf = ({ creator, campaign }: CodeRef): string => `${creator.key}-${campaign}`;

const createCodes = async (client: DemoClient, storeIds: readonly string[]) => {
  const item = (creator: DemoCreator, campaign: CampaignKey, percent: number) => ({
    externalId: nameOf({ creator, campaign }),
    creatorId: `ext_${creator.key}`,
    campaignId: `ext_${campaign}`,
    storeIds,
    value: { type: 'percent', amount: percent },
  });
  const items = [
    ...creatorsIn('autumn-protein').map((creator) => item(creator, 'autumn-protein', 15)),
    ...creatorsIn('always-on').map((creator) => item(creator, 'always-on', 10)),
  ];
  return createAll(client, '/v1/discount-codes/batch', 'discountCode', 'code', items);
};

const linkName = ({ creator, campaign, withCode }: LinkRef): string =>
  `${nameOf({ creator, campaign })}${withCode ? '-code' : ''}`;

const linkItem = (link: LinkRef) => {
  const { creator, campaign, withCode } = link;
  const { handle, placements, profiles } = creator;
  const ending = campaign === 'always-on' ? '' : withCode ? '-15' : '-protein';
  return {
    externalId: linkName(link),
    creatorId: `ext_${creator.key}`,
    campaignId: `ext_${campaign}`,
    slug: `${handle}${ending}`,
    placement: campaign === 'always-on' ? 'link in bio' : placements[withCode ? 1 : 0],
    platform: profiles[0]?.platform,
    ...(withCode && { discountCodeId: `ext_${nameOf(link)}` }),
  };
};

const createLinks = (client: DemoClient) => {
  const autumn = creatorsIn('autumn-protein').flatMap((creator) => [
    { creator, campaign: 'autumn-protein', withCode: false } as const,
    { creator, campaign: 'autumn-protein', withCode: true } as const,
  ]);
  const always = creatorsIn('always-on').map(
    (creator) => ({ creator, campaign: 'always-on', withCode: false }) as const,
  );
  return createAll(client, '/v1/links/batch', 'link', 'shortUrl', [...autumn, ...always].map(linkItem));
};

/** Creates a batch and gives one field of each thing made, by the caller's own id. */
const createAll = async <Item extends { readonly externalId: string }>(
  client: DemoClient,
  path: string,
  name: string,
  field: string,
  items: readonly Item[],
): Promise<ReadonlyMap<string, string>> => {
  type Made = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;
  const { data } = await client.call<{ data: readonly Made[] }>('POST', path, { items });
  return new Map(
    data.map((made, index) => {
      const text = made[name]?.[field];
      if (text === undefined) throw new Error(`The demo could not be filled in: ${JSON.stringify(made)}`);
      return [items[index]?.externalId ?? '', text];
    }),
  );
};

/** Sets the merchant up; `today` is its local day. */
export const setUpMerchant = async (root: DemoClient, today: Day): Promise<DemoMerchant> => {
  const { apiKey } = await createMerchant(root);
  const client = root.as(apiKey);
  const stores = await createStores(client);
  await createCreators(client);
  await createCampaigns(client, today);
  const codes = await createCodes(client, [stores.shopify.id, stores.standard.id]);
  const links = await createLinks(client);
  return {
    key: apiKey,
    ...stores,
    pathOf: (link) => new URL(links.get(linkName(link)) ?? '').pathname,
    codeOf: (code) => codes.get(nameOf(code)) ?? '',
  };
};
