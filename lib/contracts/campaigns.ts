// Campaigns: a goal, a period, a destination and how its links are tagged.
import * as z from 'zod';
import { unknownPlaceholders } from '../domain/utm.ts';
import { CountryDestinations } from './destinations.ts';
import { Day, decimal, Money, Stamps, text } from './fields.ts';
import { AttributionOverrides } from './merchants.ts';
import { resourceRoutes } from './resource.ts';

const Template = z
  .string()
  .max(200)
  .refine((value) => unknownPlaceholders(value).length === 0, {
    message:
      'knows {creator.handle} {creator.name} {campaign.slug} {campaign.name} {link.placement} {link.slug} {platform}',
    params: { code: 'unknown_placeholder' },
  })
  .nullish();

/** UTM templates; `{creator.handle}` and the like are filled in when a link is minted. */
export const UtmTemplates = z.strictObject({
  source: Template,
  medium: Template,
  campaign: Template,
  content: Template,
  term: Template,
});

const Goal = z.strictObject({
  metric: text(100),
  baseline: decimal().nullish(),
  target: decimal(),
  by: Day.nullish(),
});

const shape = {
  name: text(200),
  destinationUrl: z
    .string()
    .max(2000)
    .meta({ description: "Its landing page: where its links lead that don't say otherwise" }),
  destinations: CountryDestinations.nullish().meta({
    description: 'Landing pages for shoppers of some countries, the first that fits: for links minted from then on',
  }),
  startsOn: Day,
  endsOn: Day.nullish().meta({ description: 'Absent = always on' }),
  slug: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be lower-case letters, digits and dashes')
    .nullish(),
  budget: Money.nullish(),
  goal: Goal.nullish(),
  utm: UtmTemplates.nullish(),
  attribution: AttributionOverrides.nullish(),
};

export const CampaignCreate = z.strictObject(shape);

const Campaign = z
  .object({
    ...Stamps,
    name: z.string(),
    slug: z.string(),
    destinationUrl: z.string(),
    destinations: CountryDestinations,
    startsOn: z.string(),
    endsOn: z.string().nullable(),
    budget: Money.nullable(),
    goal: z
      .object({ metric: z.string(), baseline: z.number().nullable(), target: z.number(), by: z.string().nullable() })
      .nullable(),
    utm: UtmTemplates,
    attribution: AttributionOverrides,
  })
  .meta({ id: 'Campaign' });

export const campaignRoutes = resourceRoutes({
  path: 'campaigns',
  name: 'Campaign',
  plural: 'Campaigns',
  tag: 'Campaigns',
  create: CampaignCreate,
  patch: CampaignCreate.partial(),
  answer: Campaign,
  filters: z.strictObject({ q: z.string().min(1).max(100).optional() }),
});
