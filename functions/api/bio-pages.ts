// Bio pages: a handle on a domain, and which of the creator's links are listed there.
import type * as z from 'zod';
import { type BioPageCreate, type BioPagePatch, bioPageRoutes } from '../../lib/contracts/bio-pages.ts';
import type { FieldError } from '../../lib/contracts/problems.ts';
import type { BioPageData, CreatorData, LinkData } from '../../lib/domain/entities.ts';
import { refusal } from '../../lib/http/refusal.ts';
import { keys } from '../../lib/table/keys.ts';
import { createRecord, recordsAt, type StoredRecord } from '../../lib/table/records.ts';
import { addressOn, domainFor, everyDomain, presentDomain } from './domains.ts';
import type { Call } from './operation.ts';
import { filterId, referred } from './references.ts';
import { resourceOperations, stamps } from './resource.ts';

type Body = z.output<typeof BioPageCreate>;
type Patch = z.output<typeof BioPagePatch>;

/** The entries with the slugs that the page leads to; pushes those that are not the creator's, or on another domain. */
const entriesOf = async (
  call: Call,
  { links, creatorId, domain }: Pick<Body, 'links'> & { readonly creatorId: string; readonly domain: string },
  errors: FieldError[],
): Promise<BioPageData['links']> => {
  const found = await Promise.all(
    (links ?? []).map(async ({ linkId, title }, i) => {
      const pointer = `/links/${i}/linkId`;
      const link = await referred<LinkData>(call, 'link', linkId, pointer, errors);
      if (link && link.data.creatorId !== creatorId) {
        errors.push({ pointer, code: 'other_creator', message: "is another creator's link" });
      } else if (link && link.data.domain !== domain) {
        errors.push({ pointer, code: 'other_domain', message: "is not on the page's domain" });
      }
      return link && { linkId: link.id, slug: link.data.slug, title };
    }),
  );
  return found.filter((entry) => entry !== undefined);
};

const build = async (call: Call, body: Body, errors: FieldError[], existing?: BioPageData): Promise<BioPageData> => {
  const creator = await referred<CreatorData>(call, 'creator', body.creatorId, '/creatorId', errors);
  const domain = existing?.domain ?? (await domainFor(call, body.domain, errors));
  if (existing && body.domain && body.domain !== existing.domain) {
    errors.push({ pointer: '/domain', code: 'fixed', message: "can't change once the page is made" });
  }
  if (existing && body.handle !== existing.handle) {
    errors.push({
      pointer: '/handle',
      code: 'fixed',
      message: `is ${existing.handle} and stays so: profiles carry it`,
    });
  }
  const creatorId = creator?.id ?? '';
  return {
    creatorId,
    domain,
    handle: body.handle,
    title: body.title ?? null,
    text: body.text ?? null,
    language: Intl.getCanonicalLocales(body.language ?? 'en')[0] ?? 'en',
    links: await entriesOf(call, { links: body.links, creatorId, domain }, errors),
  };
};

const create = async (call: Call, record: StoredRecord<BioPageData>): Promise<StoredRecord<BioPageData>> => {
  const { domain, handle } = record.data;
  const outcome = await createRecord(call.service.table, record, { home: keys.bioPage(domain, handle) });
  if (outcome.ok) return record;
  if (outcome.taken === 'externalId') throw refusal('external_id_taken', `externalId ${record.externalId} is taken`);
  throw refusal('handle_taken', `The handle ${handle} is taken`);
};

const present = (call: Call, record: StoredRecord<BioPageData>) => {
  const { domain, links, ...data } = record.data;
  return {
    ...stamps(record),
    ...data,
    domain: presentDomain(domain),
    url: addressOn(call, domain, `@${data.handle}`),
    links: links.map(({ linkId, title }) => ({ linkId, title })),
  };
};

export const bioPageOperations = resourceOperations<BioPageData, Body, Patch, { handle?: string; creatorId?: string }>({
  routes: bioPageRoutes as never,
  kind: 'bio-page',
  prefix: 'bio',
  build,
  change: (call, data, patch, errors) =>
    build(call, { ...data, domain: null, links: [...data.links], ...patch }, errors, data),
  present,
  create,
  filter: async (call, query) => {
    const creatorId = await filterId(call, 'creator', query.creatorId);
    return ({ data }) => !creatorId || data.creatorId === creatorId;
  },
  lookup: async (call, { handle }) => {
    if (handle === undefined) return undefined;
    const places = (await everyDomain(call)).map((domain) => keys.bioPage(domain, handle));
    const found = await recordsAt<BioPageData>(call.service.table, places);
    return found.filter(({ merchantId }) => merchantId === call.merchant.id);
  },
});
