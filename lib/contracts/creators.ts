// Creators: the people with an audience.
import * as z from 'zod';
import { Stamps, text } from './fields.ts';
import { resourceRoutes } from './resource.ts';

export const SocialPlatform = z.enum([
  'instagram',
  'tiktok',
  'youtube',
  'facebook',
  'x',
  'snapchat',
  'pinterest',
  'twitch',
  'threads',
  'podcast',
  'blog',
  'newsletter',
  'other',
]);

const Status = z.enum(['prospect', 'contacted', 'negotiating', 'active', 'paused', 'declined', 'former']);

const Profile = z.strictObject({
  platform: SocialPlatform,
  handle: text(100),
  followers: z.int().min(0).max(10_000_000_000),
});

export const CreatorCreate = z.strictObject({
  name: text(200),
  handle: text(100).nullish(),
  email: z.email().max(254).nullish(),
  profiles: z.array(Profile).max(20).nullish(),
  programTier: z
    .int()
    .min(1)
    .max(4)
    .nullish()
    .meta({ description: '4 advocate, 3 content creator, 2 key partner, 1 brand ambassador' }),
  status: Status.nullish(),
  tags: z.array(text(50)).max(50).nullish(),
  note: z.string().max(5000).nullish(),
});

const Creator = z
  .object({
    ...Stamps,
    name: z.string(),
    handle: z.string().nullable(),
    email: z.string().nullable(),
    profiles: z.array(Profile),
    sizeTier: z
      .enum(['nano', 'micro', 'macro', 'mega'])
      .nullable()
      .meta({ description: 'From the largest profile: nano from 1K followers, micro 10K, macro 100K, mega 1M' }),
    programTier: z.int().nullable(),
    status: Status,
    tags: z.array(z.string()),
    note: z.string().nullable(),
  })
  .meta({ id: 'Creator' });

export const creatorRoutes = resourceRoutes({
  path: 'creators',
  name: 'Creator',
  plural: 'Creators',
  tag: 'Creators',
  create: CreatorCreate,
  patch: CreatorCreate.partial(),
  answer: Creator,
  filters: z.strictObject({
    q: z.string().min(1).max(100).optional().meta({ description: 'Part of the name or handle' }),
    status: Status.optional(),
    tag: z.string().min(1).max(50).optional(),
  }),
});
