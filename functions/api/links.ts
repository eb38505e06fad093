// Links: minted under a unique slug, with everything a redirect needs rendered into the record.
import type * as z from 'zod';
import { LinkBatchItem, type LinkCreate, type LinkPatch, linkRoutes } from '../../lib/contracts/links.ts';
import type { FieldError } from '../../lib/contracts/problems.ts';
import { checkDestination } from '../../lib/domain/destinations.ts';
import type { CampaignData, CreatorData, DiscountCodeData, LinkData, StoreData } from '../../lib/domain/entities.ts';
import { foldSlug, isReservedSlug } from '../../lib/domain/slugs.ts';
import { discountUrl, renderUtm, targetUrl } from '../../lib/domain/utm.ts';
import { invalid, refusal } from '../../lib/http/refusal.ts';
import { refuseErrors } from '../../lib/http/validate.ts';
import { slugFor } from '../../lib/platform/ids.ts';
import { DEFAULT_DOMAIN, keys } from '../../lib/table/keys.ts';
import { createRecord, recordAt, recordsById, type StoredRecord } from '../../lib/table/records.ts';
import { batch } from './batch.ts';
import { iso } from './instants.ts';
import { type Call, operation } from './operation.ts';
import { filterId, referred } from './references.ts';
import { freshRecord, given, resourceOperations, stamps } from './resource.ts';

type Body = z.output<typeof LinkCreate>;
type Patch = z.output<typeof LinkPatch>;

const SLUG_ATTEMPTS = 8;

const creatorHandleOf = (creator: StoredRecord<CreatorData>, platform: string | null): string => {
  const profile = creator.data.profiles.find((one) => one.platform === platform) ?? creator.data.profiles[0];
  return creator.data.handle ?? profile?.handle ?? creator.data.name;
};

/** The destination with the code applied on arrival, where the shop's platform has an address for that. */
const withCode = async (call: Call, destination: string, code: StoredRecord<DiscountCodeData> | undefined) => {
  if (!code) return destination;
  const stores = await recordsById<StoreData>(call.service.table, code.data.storeIds);
  const shopify = stores.some((store) => store.data.platform === 'shopify');
  return shopify ? discountUrl(destination, code.data.code) : destination;
};

const build = async (call: Call, body: Body, errors: FieldError[], existing?: LinkData): Promise<LinkData> => {
  const creator = await referred<CreatorData>(call, 'creator', body.creatorId, '/creatorId', errors);
  const campaign = body.campaignId
    ? await referred<CampaignData>(call, 'campaign', body.campaignId, '/campaignId', errors)
    : undefined;
  const code = body.discountCodeId
    ? await referred<DiscountCodeData>(call, 'discount-code', body.discountCodeId, '/discountCodeId', errors)
    : undefined;
  const wanted = body.destinationUrl ?? campaign?.data.destinationUrl;
  if (!wanted && !body.campaignId) {
    errors.push({ pointer: '/destinationUrl', code: 'required', message: 'is required without a campaign' });
  }
  const destination = checkDestination(wanted ?? '', call.merchant.data.allowedHosts);
  if (wanted && !destination.ok) {
    errors.push({ pointer: '/destinationUrl', code: destination.code, message: destination.message });
  }
  if (existing && body.slug && body.slug !== existing.slug) {
    errors.push({ pointer: '/slug', code: 'fixed', message: `is ${existing.slug} and stays so: posts carry it` });
  }
  refuseErrors(errors);
  const { timeZone, fallbackUrl, clickShards, allowedHosts, retention, consentMode } = call.merchant.data;
  const slug = existing?.slug ?? (body.slug ? foldSlug(body.slug) : '');
  const link: Omit<LinkData, 'targetUrl'> = {
    creatorId: creator?.id ?? '',
    campaignId: campaign?.id ?? null,
    domain: DEFAULT_DOMAIN,
    slug,
    destinationUrl: destination.ok ? destination.url : '',
    placement: body.placement ?? null,
    platform: body.platform ?? null,
    utm: given(body.utm ?? {}),
    discountCodeId: code?.id ?? null,
    expiresAt: body.expiresAt ? Date.parse(body.expiresAt) : null,
    allowedHosts,
    fallbackUrl,
    timeZone,
    clickShards,
    ...(retention?.clickDays !== undefined && { clickDays: retention.clickDays }),
    ...(consentMode && { consentMode }),
  };
  const target = await targetOf(call, link, creator, campaign, code);
  const reachable = checkDestination(target, allowedHosts);
  if (!reachable.ok) throw invalid('/destinationUrl', reachable.code, `With UTM: ${reachable.message}`);
  return { ...link, targetUrl: target };
};

const targetOf = async (
  call: Call,
  link: Omit<LinkData, 'targetUrl'>,
  creator: StoredRecord<CreatorData> | undefined,
  campaign: StoredRecord<CampaignData> | undefined,
  code: StoredRecord<DiscountCodeData> | undefined,
): Promise<string> => {
  const utm = renderUtm(campaign?.data.utm ?? {}, link.utm, {
    creatorHandle: creator ? creatorHandleOf(creator, link.platform) : null,
    creatorName: creator?.data.name ?? null,
    campaignSlug: campaign?.data.slug ?? null,
    campaignName: campaign?.data.name ?? null,
    linkPlacement: link.placement,
    linkSlug: link.slug || null,
    platform: link.platform,
  });
  return withCode(call, targetUrl(link.destinationUrl, utm), code);
};

/** Claims the slug: the caller's own, or made-up ones until one is free. */
const create = async (call: Call, record: StoredRecord<LinkData>, body: Body): Promise<StoredRecord<LinkData>> => {
  if (body.slug && isReservedSlug(record.data.slug)) {
    throw refusal('slug_taken', `The slug ${record.data.slug} is reserved`);
  }
  for (let attempt = 0; attempt < SLUG_ATTEMPTS; attempt++) {
    const slug = record.data.slug || slugFor(record.id, attempt);
    // A made-up slug may stand in the UTM too, so the target is rendered once the slug is known.
    const data = record.data.slug ? record.data : await build(call, { ...body, slug }, []);
    const named = { ...record, data };
    const outcome = await createRecord(call.service.table, named, { home: keys.link(data.domain, slug) });
    if (outcome.ok) return named;
    if (outcome.taken === 'externalId') throw refusal('external_id_taken', `externalId ${record.externalId} is taken`);
    if (record.data.slug) throw refusal('slug_taken', `The slug ${slug} is taken`);
  }
  throw refusal('conflict', 'No free slug was found; try again');
};

const present = (call: Call, record: StoredRecord<LinkData>) => {
  const {
    domain: _d,
    timeZone: _z,
    clickShards: _s,
    clickDays: _c,
    consentMode: _m,
    allowedHosts: _a,
    fallbackUrl: _f,
    expiresAt,
    ...data
  } = record.data;
  return { ...stamps(record), ...data, shortUrl: `${call.service.baseUrl}/${data.slug}`, expiresAt: iso(expiresAt) };
};

interface Filters {
  readonly slug?: string;
  readonly creatorId?: string;
  readonly campaignId?: string;
}

const createLinks = operation(linkRoutes.batch, (call) =>
  batch(call as Call, call.body.items, LinkBatchItem, 'link', async (own, { externalId, ...body }) => {
    const data = await build(own, body, []);
    const record = freshRecord(own, 'link', own.newId('lnk'), externalId ?? null, data);
    return present(own, await create(own, record, body));
  }),
);

export const linkOperations = [
  createLinks,
  ...resourceOperations<LinkData, Body, Patch, Filters>({
    routes: linkRoutes as never,
    kind: 'link',
    prefix: 'lnk',
    build,
    change: (call, data, patch, errors) => {
      const current = { ...data, expiresAt: iso(data.expiresAt) };
      return build(call, { ...current, ...patch } as Body, errors, data);
    },
    present,
    create,
    filter: async (call, query) => {
      const creatorId = await filterId(call, 'creator', query.creatorId);
      const campaignId = await filterId(call, 'campaign', query.campaignId);
      return ({ data }) =>
        (!query.slug || data.slug === foldSlug(query.slug)) &&
        (!creatorId || data.creatorId === creatorId) &&
        (!campaignId || data.campaignId === campaignId);
    },
    lookup: async (call, query) => {
      if (!query.slug) return undefined;
      const record = await recordAt<LinkData>(call.service.table, keys.link(DEFAULT_DOMAIN, foldSlug(query.slug)));
      return record && record.merchantId === call.merchant.id ? [record] : [];
    },
  }),
];
