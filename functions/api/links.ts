// Links: minted under a unique slug, with everything a redirect needs rendered into the record.
import type * as z from 'zod';
import { LinkBatchItem, type LinkCreate, type LinkPatch, linkRoutes } from '../../lib/contracts/links.ts';
import type { FieldError } from '../../lib/contracts/problems.ts';
import type { CampaignData, CreatorData, DiscountCodeData, LinkData } from '../../lib/domain/entities.ts';
import { foldSlug, isReservedSlug } from '../../lib/domain/slugs.ts';
import { refusal } from '../../lib/http/refusal.ts';
import { refuseErrors } from '../../lib/http/validate.ts';
import { slugFor } from '../../lib/platform/ids.ts';
import { keys } from '../../lib/table/keys.ts';
import { createRecord, recordsAt, type StoredRecord } from '../../lib/table/records.ts';
import { batch } from './batch.ts';
import { checkedRules, checkedUrl } from './destinations.ts';
import { addressOn, domainFor, everyDomain, presentDomain } from './domains.ts';
import { iso } from './instants.ts';
import { codeFault, type LinkReferences, renderedLink, type UnrenderedLink } from './link-targets.ts';
import { type Call, operation } from './operation.ts';
import { filterId, referred } from './references.ts';
import { freshRecord, given, resourceOperations, stamps } from './resource.ts';

type Body = z.output<typeof LinkCreate>;
type Patch = z.output<typeof LinkPatch>;

const SLUG_ATTEMPTS = 8;

/** What a body refers to; what is not there, or no longer to be used, is pushed. */
const referencesOf = async (
  call: Call,
  body: Body,
  errors: FieldError[],
  existing: LinkData | undefined,
): Promise<LinkReferences> => {
  const creator = await referred<CreatorData>(call, 'creator', body.creatorId, '/creatorId', errors);
  const campaign = body.campaignId
    ? await referred<CampaignData>(call, 'campaign', body.campaignId, '/campaignId', errors)
    : undefined;
  const code = body.discountCodeId
    ? await referred<DiscountCodeData>(call, 'discount-code', body.discountCodeId, '/discountCodeId', errors)
    : undefined;
  // A code that ends is no reason to refuse later changes of a link that has it: it is no longer applied.
  const fault = code && code.id !== existing?.discountCodeId ? codeFault(code, call.now) : undefined;
  if (fault) errors.push({ pointer: '/discountCodeId', ...fault });
  return { creator, campaign, code };
};

/** Where it leads: its own destinations or the campaign's, whose landing pages per country go with its landing page. */
const destinationsOf = (call: Call, body: Body, campaign: LinkReferences['campaign'], errors: FieldError[]) => {
  const wanted = body.destinationUrl ?? campaign?.data.destinationUrl;
  if (wanted == null && !body.campaignId) {
    errors.push({ pointer: '/destinationUrl', code: 'required', message: 'is required without a campaign' });
  }
  const { allowedHosts } = call.merchant.data;
  const url = checkedUrl(wanted, allowedHosts, '/destinationUrl', errors);
  const inherited = body.destinationUrl != null ? [] : (campaign?.data.destinations ?? []);
  const rules = checkedRules(body.destinations ?? inherited, allowedHosts, errors);
  return { destinationUrl: url ?? '', ...(rules.length > 0 && { destinations: rules }) };
};

const build = async (call: Call, body: Body, errors: FieldError[], existing?: LinkData): Promise<LinkData> => {
  const references = await referencesOf(call, body, errors, existing);
  const { creator, campaign, code } = references;
  const { timeZone, fallbackUrl, clickShards, allowedHosts, retention, consentMode } = call.merchant.data;
  const destinations = destinationsOf(call, body, campaign, errors);
  const domain = existing?.domain ?? (await domainFor(call, body.domain, errors));
  const ownFallbackUrl = checkedUrl(body.fallbackUrl, allowedHosts, '/fallbackUrl', errors);
  if (existing && body.slug && body.slug !== existing.slug) {
    errors.push({ pointer: '/slug', code: 'fixed', message: `is ${existing.slug} and stays so: posts carry it` });
  }
  if (existing && body.domain && body.domain !== existing.domain) {
    errors.push({ pointer: '/domain', code: 'fixed', message: "can't change once the link is made" });
  }
  refuseErrors(errors);
  const link: UnrenderedLink = {
    creatorId: creator?.id ?? '',
    campaignId: campaign?.id ?? null,
    domain,
    slug: existing?.slug ?? (body.slug ? foldSlug(body.slug) : ''),
    ...destinations,
    placement: body.placement ?? null,
    platform: body.platform ?? null,
    utm: given(body.utm ?? {}),
    discountCodeId: code?.id ?? null,
    expiresAt: body.expiresAt ? Date.parse(body.expiresAt) : null,
    ...(ownFallbackUrl !== null && { ownFallbackUrl }),
    allowedHosts,
    fallbackUrl,
    timeZone,
    clickShards,
    ...(retention?.clickDays !== undefined && { clickDays: retention.clickDays }),
    ...(consentMode && { consentMode }),
  };
  return renderedLink(call, link, references);
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
    timeZone: _z,
    clickShards: _s,
    clickDays: _c,
    consentMode: _m,
    allowedHosts: _a,
    fallbackUrl: _f,
    ownFallbackUrl = null,
    destinations = [],
    targets = [],
    expiresAt,
    ...data
  } = record.data;
  return {
    ...stamps(record),
    ...data,
    destinations,
    targetUrls: targets,
    domain: presentDomain(data.domain),
    shortUrl: addressOn(call, data.domain, data.slug),
    expiresAt: iso(expiresAt),
    fallbackUrl: ownFallbackUrl,
  };
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
      const { destinations = [], ownFallbackUrl = null } = data;
      const current = {
        ...data,
        domain: null,
        destinations,
        fallbackUrl: ownFallbackUrl,
        expiresAt: iso(data.expiresAt),
      };
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
      const places = (await everyDomain(call)).map((domain) => keys.link(domain, foldSlug(query.slug ?? '')));
      const found = await recordsAt<LinkData>(call.service.table, places);
      return found.filter(({ merchantId }) => merchantId === call.merchant.id);
    },
  }),
];
