// Domains: claimed by one merchant each, for links and pages of their own.
import type * as z from 'zod';
import { type DomainCreate, type DomainPatch, domainRoutes } from '../../lib/contracts/domains.ts';
import type { FieldError } from '../../lib/contracts/problems.ts';
import type { DomainData } from '../../lib/domain/entities.ts';
import { isOwnHost } from '../../lib/domain/hosts.ts';
import { refusal } from '../../lib/http/refusal.ts';
import { DEFAULT_DOMAIN } from '../../lib/table/click-path-keys.ts';
import { keys } from '../../lib/table/keys.ts';
import { createRecord, recordAt, recordsOf, type StoredRecord } from '../../lib/table/records.ts';
import { checkedUrl } from './destinations.ts';
import type { Call } from './operation.ts';
import { resourceOperations, stamps } from './resource.ts';

type Body = z.output<typeof DomainCreate>;
type Patch = z.output<typeof DomainPatch>;

/** The merchant's domain of that name, archived or not. */
const ownDomain = async (call: Call, host: string): Promise<StoredRecord<DomainData> | undefined> => {
  const record = await recordAt<DomainData>(call.service.table, keys.domain(host));
  return record?.merchantId === call.merchant.id ? record : undefined;
};

/**
 * The domain that something new is made on, as it is part of keys: the deployment's own when none is named. Pushes an
 * error where it is not the merchant's, or archived.
 */
export const domainFor = async (call: Call, host: string | null | undefined, errors: FieldError[]): Promise<string> => {
  if (host === null || host === undefined) return DEFAULT_DOMAIN;
  const record = await ownDomain(call, host);
  if (record?.archivedAt === null) return host;
  errors.push({ pointer: '/domain', code: 'unknown_domain', message: `there is no domain ${host} of yours` });
  return host;
};

/** The domains that something of the merchant's may be on, the deployment's own first. */
export const everyDomain = async (call: Call): Promise<string[]> => {
  const owner = { merchantId: call.merchant.id, kind: 'domain' as const };
  const domains = [DEFAULT_DOMAIN];
  for await (const { record } of recordsOf<DomainData>(call.service.table, owner)) domains.push(record.data.domain);
  return domains;
};

/** A domain as answers name it: null for the deployment's own. */
export const presentDomain = (domain: string): string | null => (domain === DEFAULT_DOMAIN ? null : domain);

/** The address of something on a domain. */
export const addressOn = (call: Call, domain: string, path: string): string =>
  `${domain === DEFAULT_DOMAIN ? call.service.baseUrl : `https://${domain}`}/${path}`;

const build = async (call: Call, body: Body, errors: FieldError[], existing?: DomainData): Promise<DomainData> => {
  const { allowedHosts, fallbackUrl: merchantFallbackUrl } = call.merchant.data;
  if (isOwnHost(body.domain, URL.parse(call.service.baseUrl)?.hostname)) {
    errors.push({
      pointer: '/domain',
      code: 'own_domain',
      message: "is the deployment's own, shared by all merchants",
    });
  }
  if (existing && body.domain !== existing.domain) {
    errors.push({ pointer: '/domain', code: 'fixed', message: `is ${existing.domain} and stays so: links carry it` });
  }
  const fallbackUrl = checkedUrl(body.fallbackUrl, allowedHosts, '/fallbackUrl', errors);
  return { domain: body.domain, fallbackUrl, merchantFallbackUrl, allowedHosts };
};

const create = async (call: Call, record: StoredRecord<DomainData>): Promise<StoredRecord<DomainData>> => {
  const outcome = await createRecord(call.service.table, record, { home: keys.domain(record.data.domain) });
  if (outcome.ok) return record;
  if (outcome.taken === 'externalId') throw refusal('external_id_taken', `externalId ${record.externalId} is taken`);
  throw refusal('domain_taken', `The domain ${record.data.domain} is claimed already`);
};

export const domainOperations = resourceOperations<DomainData, Body, Patch, { domain?: string }>({
  routes: domainRoutes as never,
  kind: 'domain',
  prefix: 'dom',
  build,
  change: (call, data, patch, errors) => build(call, { ...data, ...patch }, errors, data),
  present: (_call, record) => {
    const { domain, fallbackUrl } = record.data;
    return { ...stamps(record), domain, fallbackUrl };
  },
  create,
  filter: async () => () => true,
  lookup: async (call, query) => {
    if (query.domain === undefined) return undefined;
    const record = await ownDomain(call, query.domain);
    return record ? [record] : [];
  },
});
