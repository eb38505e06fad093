// Creators.
import type * as z from 'zod';
import { type CreatorCreate, creatorRoutes } from '../../lib/contracts/creators.ts';
import { sizeTierOf } from '../../lib/domain/creators.ts';
import type { CreatorData } from '../../lib/domain/entities.ts';
import { given, resourceOperations, stamps } from './resource.ts';

type Body = z.output<typeof CreatorCreate>;

const stored = (body: Body): CreatorData => ({
  name: body.name,
  handle: body.handle ?? null,
  email: body.email ?? null,
  profiles: body.profiles ?? [],
  programTier: body.programTier ?? null,
  status: body.status ?? 'active',
  tags: body.tags ?? [],
  note: body.note ?? null,
});

export const creatorOperations = resourceOperations<
  CreatorData,
  Body,
  Partial<Body>,
  { q?: string; status?: string; tag?: string }
>({
  routes: creatorRoutes as never,
  kind: 'creator',
  prefix: 'crt',
  build: async (_call, body) => stored(body),
  change: async (_call, data, patch) => stored({ ...data, ...given(patch) } as Body),
  present: (_call, record) => ({ ...stamps(record), ...record.data, sizeTier: sizeTierOf(record.data.profiles) }),
  filter: async (_call, query) => {
    const wanted = query.q?.toLowerCase();
    return ({ data }) =>
      (!wanted || data.name.toLowerCase().includes(wanted) || (data.handle ?? '').toLowerCase().includes(wanted)) &&
      (!query.status || data.status === query.status) &&
      (!query.tag || data.tags.includes(query.tag));
  },
});
