// Links: a creator's short address that redirects to the shop with UTM parameters.
import * as z from 'zod';
import { UtmTemplates } from './campaigns.ts';
import { SocialPlatform } from './creators.ts';
import { CountryDestinations } from './destinations.ts';
import { HostName } from './domains.ts';
import { ExternalId, Instant, Reference, Stamps, text } from './fields.ts';
import { Problem } from './problems.ts';
import { resourceRoutes } from './resource.ts';
import { route } from './route.ts';

const changeable = {
  destinationUrl: z.string().max(2000).nullish().meta({ description: "Default: the campaign's" }),
  destinations: CountryDestinations.nullish().meta({
    description: "Instead of it for shoppers of some countries, the first that fits. Default: with it the campaign's",
  }),
  placement: text(100).nullish().meta({ description: 'feed, story, reel, description, pinned comment ...' }),
  platform: SocialPlatform.nullish(),
  utm: UtmTemplates.nullish(),
  discountCodeId: Reference('cod')
    .nullish()
    .meta({ description: 'The target then applies the code, where the shop has an address for that' }),
  expiresAt: Instant.nullish(),
  fallbackUrl: z
    .string()
    .max(2000)
    .nullish()
    .meta({ description: "Where it leads once it has expired. Default: the merchant's" }),
};

export const LinkCreate = z.strictObject({
  ...changeable,
  creatorId: Reference('crt'),
  campaignId: Reference('cmp')
    .nullish()
    .meta({ description: 'Absent = the programme; then destinationUrl is required' }),
  domain: HostName.nullish().meta({ description: "One of your domains. Default: the deployment's own" }),
  slug: z
    .string()
    .toLowerCase()
    .regex(/^[a-z0-9-]{3,64}$/, 'must be 3 to 64 letters, digits and dashes')
    .nullish()
    .meta({ description: 'Made up when absent' }),
});

export const LinkPatch = z.strictObject(changeable).partial();

const Link = z
  .object({
    ...Stamps,
    creatorId: z.string(),
    campaignId: z.string().nullable(),
    domain: z.string().nullable().meta({ description: "Null on the deployment's own" }),
    slug: z.string(),
    shortUrl: z.string(),
    targetUrl: z.string().meta({ description: 'Where a click goes: destination and UTM, without the click id' }),
    targetUrls: CountryDestinations.meta({ description: 'Likewise for shoppers of some countries' }),
    destinationUrl: z.string(),
    destinations: CountryDestinations,
    placement: z.string().nullable(),
    platform: z.string().nullable(),
    utm: UtmTemplates,
    discountCodeId: z.string().nullable(),
    expiresAt: z.string().nullable(),
    fallbackUrl: z.string().nullable(),
  })
  .meta({ id: 'Link' });

/** A batch's items are checked one by one: a bad one never stops the others. */
export const Batch = z.strictObject({ items: z.array(z.unknown()).min(1).max(1000) });

/** The answer of a batch: for each item, in order, what was made or the problem. */
export const batchAnswer = (name: string, made: z.ZodType) =>
  z.object({
    data: z.array(
      z.object({
        status: z.int().meta({ description: '201, or the status of the error' }),
        [name]: made.optional(),
        error: Problem.optional(),
      }),
    ),
  });

/** What a batch is described as, though its items are let in as they come. */
export const describedBatch = (item: z.ZodType) => z.strictObject({ items: z.array(item).min(1).max(1000) });

export const LinkBatchItem = LinkCreate.extend({ externalId: ExternalId.nullish() }).meta({ id: 'LinkBatchItem' });

const QrQuery = z.strictObject({
  format: z.enum(['svg', 'png']).optional().meta({ description: 'Default: what Accept prefers, else svg' }),
  size: z.coerce.number().int().min(128).max(2048).default(512).meta({ description: 'Width and height in pixels' }),
  margin: z.coerce
    .number()
    .int()
    .min(0)
    .max(16)
    .default(4)
    .meta({ description: 'Of white around it, in modules; scanners want 4' }),
  errorCorrection: z
    .enum(['L', 'M', 'Q', 'H'])
    .default('M')
    .meta({ description: 'How much may be lost: 7, 15, 25 or 30 %' }),
});

export const linkRoutes = {
  ...resourceRoutes({
    path: 'links',
    name: 'Link',
    plural: 'Links',
    tag: 'Links',
    create: LinkCreate,
    patch: LinkPatch,
    answer: Link,
    filters: z.strictObject({
      slug: z.string().min(1).max(64).optional(),
      creatorId: Reference('crt').optional(),
      campaignId: Reference('cmp').optional(),
    }),
  }),
  qr: route({
    id: 'linkQrCode',
    method: 'GET',
    path: '/v1/links/{id}/qr',
    summary: "A link's shortUrl as a QR code",
    tag: 'Links',
    scope: 'read',
    serves: 'api',
    query: QrQuery,
    responses: { 200: { description: 'The picture', contentType: ['image/svg+xml', 'image/png'] } },
  }),
  batch: route({
    id: 'createLinks',
    method: 'POST',
    path: '/v1/links/batch',
    summary: 'Create up to 1,000 links; each item answers for itself',
    tag: 'Links',
    scope: 'write',
    serves: 'api',
    body: Batch,
    describedBody: describedBatch(LinkBatchItem),
    responses: { 200: { description: 'One result per item, in order', schema: batchAnswer('link', Link) } },
  }),
};
