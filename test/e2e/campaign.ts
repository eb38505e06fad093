// A brand at work: a merchant with a store, a campaign, and two creators with a link and a code each.
import { SHOPIFY_SECRET } from '../support/payloads/shopify.ts';
import { STANDARD_SECRET } from '../support/payloads/standard.ts';
import { STRIPE_SECRET } from '../support/payloads/stripe.ts';
import { WOO_SECRET } from '../support/payloads/woocommerce.ts';
import type { Reachable } from '../support/server.ts';
import { aMerchant, type Call, client, made } from './client.ts';

interface Link {
  readonly id: string;
  readonly slug: string;
  readonly shortUrl: string;
  readonly targetUrl: string;
}

export interface Creator {
  readonly id: string;
  readonly link: Link;
  readonly code: { readonly id: string; readonly code: string };
}

export interface Campaign {
  readonly api: Call;
  readonly merchantId: string;
  readonly apiKey: string;
  readonly storeId: string;
  readonly id: string;
  readonly sarah: Creator;
  readonly mike: Creator;
  /** The merchant's day at the start of the test; its zone is UTC. */
  readonly today: string;
}

const DAY_MS = 86_400_000;

export const dayAt = (instant: number): string => new Date(instant).toISOString().slice(0, 10);
export const daysAgo = (count: number): string => dayAt(Date.now() - count * DAY_MS);

const SHOPS = {
  shopify: { domain: 'open-shop.myshopify.com', webhookSecret: SHOPIFY_SECRET },
  standard: { domain: 'shop.example.com', webhookSecret: STANDARD_SECRET },
  woocommerce: { domain: 'shop.example.com', webhookSecret: WOO_SECRET },
  stripe: { domain: 'shop.example.com', webhookSecret: STRIPE_SECRET },
} as const;

/** A store of a platform that signs with the secret of the payload factories. */
export const aStore = (api: Call, platform: keyof typeof SHOPS, over: Record<string, unknown> = {}) =>
  made(api, '/v1/stores', { platform, ...SHOPS[platform], ...over });

const aCreator = async (
  api: Call,
  campaign: { readonly id: string; readonly storeId: string },
  name: string,
  handle: string,
): Promise<Creator> => {
  const profiles = [{ platform: 'instagram', handle, followers: 42_000 }];
  const { id } = await made(api, '/v1/creators', { name, handle, profiles });
  const owner = { creatorId: id, campaignId: campaign.id };
  const link = await made<Link>(api, '/v1/links', { ...owner, platform: 'instagram', placement: 'story' });
  const value = { type: 'percent', amount: 15 };
  const code = await made<Creator['code']>(api, '/v1/discount-codes', { ...owner, storeId: campaign.storeId, value });
  return { id, link, code };
};

/** Enters a whole campaign by the API alone. */
export const aCampaign = async (
  server: Reachable,
  { platform = 'standard' as keyof typeof SHOPS, merchant = {} as Record<string, unknown> } = {},
): Promise<Campaign> => {
  const { id: merchantId, apiKey } = await aMerchant(server, merchant);
  const api = client(server.base, apiKey);
  const { id: storeId } = await aStore(api, platform);
  const { id } = await made(api, '/v1/campaigns', {
    name: 'Launch',
    destinationUrl: 'https://shop.example.com/p/protein?ref=x#top',
    startsOn: '2026-01-01',
    utm: { source: '{platform}', medium: 'creator', campaign: '{campaign.slug}', content: '{creator.handle}' },
  });
  const sarah = await aCreator(api, { id, storeId }, 'Sarah Lim', 'sarahlim');
  const mike = await aCreator(api, { id, storeId }, 'Mike Özil', 'mikeoz');
  return { api, merchantId, apiKey, storeId, id, sarah, mike, today: dayAt(Date.now()) };
};
