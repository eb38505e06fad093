// Domains: a merchant's own host names for short links, such as go.brand.com.
import * as z from 'zod';
import { hostNameOf } from '../domain/hosts.ts';
import { Stamps } from './fields.ts';
import { resourceRoutes } from './resource.ts';

export const HostName = z
  .string()
  .max(253)
  .refine((text) => hostNameOf(text) !== undefined, {
    message: 'must be a host name such as go.brand.com',
    params: { code: 'invalid_host' },
  })
  .overwrite((text) => hostNameOf(text) ?? text)
  .meta({ description: 'A host name; other alphabets are kept in Punycode', example: 'go.brand.com' });

const changeable = {
  fallbackUrl: z
    .string()
    .max(2000)
    .nullish()
    .meta({ description: "Where unknown slugs and ended links of the domain lead. Default: the merchant's" }),
};

export const DomainCreate = z.strictObject({ ...changeable, domain: HostName });

export const DomainPatch = z.strictObject(changeable).partial();

const Domain = z
  .object({ ...Stamps, domain: z.string(), fallbackUrl: z.string().nullable() })
  .meta({ id: 'Domain', description: 'Links on it are made by naming it. Archived, it takes no new ones' });

export const domainRoutes = resourceRoutes({
  path: 'domains',
  name: 'Domain',
  plural: 'Domains',
  tag: 'Domains',
  create: DomainCreate,
  patch: DomainPatch,
  answer: Domain,
  filters: z.strictObject({ domain: HostName.optional() }),
  writeScope: 'admin',
});
