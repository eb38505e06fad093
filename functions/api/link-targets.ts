// Where a link leads, rendered when it is minted or changed: its destinations with UTM parameters and the code on arrival.
import type { FieldError } from '../../lib/contracts/problems.ts';
import { withCode } from '../../lib/domain/codes-on-arrival.ts';
import type { CampaignData, CreatorData, DiscountCodeData, LinkData, StoreData } from '../../lib/domain/entities.ts';
import { renderUtm, targetUrl } from '../../lib/domain/utm.ts';
import { refuseErrors } from '../../lib/http/validate.ts';
import { recordsOf, type StoredRecord } from '../../lib/table/records.ts';
import { checkedUrl, refuseLongRules } from './destinations.ts';
import type { Call } from './operation.ts';

/** What a link refers to. */
export interface LinkReferences {
  readonly creator: StoredRecord<CreatorData> | undefined;
  readonly campaign: StoredRecord<CampaignData> | undefined;
  readonly code: StoredRecord<DiscountCodeData> | undefined;
}

/** A link before it is rendered. */
export type UnrenderedLink = Omit<LinkData, 'targetUrl' | 'targets'>;

const creatorHandleOf = (creator: StoredRecord<CreatorData>, platform: string | null): string => {
  const profile = creator.data.profiles.find((one) => one.platform === platform) ?? creator.data.profiles[0];
  return creator.data.handle ?? profile?.handle ?? creator.data.name;
};

/** Why a code is applied by no link; undefined while it is. */
export const codeFault = (
  { archivedAt, data }: StoredRecord<DiscountCodeData>,
  now: number,
): { readonly code: string; readonly message: string } | undefined => {
  if (archivedAt !== null) return { code: 'code_archived', message: `the code ${data.code} is archived` };
  const ended = data.endsAt !== null && data.endsAt <= now;
  return ended ? { code: 'code_ended', message: `the code ${data.code} has ended` } : undefined;
};

/** How a destination is led to with the code applied, where the shop has an address for that and the code still holds. */
const applying = async (call: Call, code: LinkReferences['code']): Promise<(destination: string) => string> => {
  if (!code || codeFault(code, call.now)) return (destination) => destination;
  const takenIn: StoreData[] = [];
  const others: StoreData[] = [];
  const owner = { merchantId: call.merchant.id, kind: 'store' as const };
  for await (const { record } of recordsOf<StoreData>(call.service.table, owner)) {
    (code.data.storeIds.includes(record.id) ? takenIn : others).push(record.data);
  }
  return (destination) => withCode(destination, code.data.code, takenIn, others);
};

const utmOf = (link: UnrenderedLink, { creator, campaign }: LinkReferences): Record<string, string> =>
  renderUtm(campaign?.data.utm ?? {}, link.utm, {
    creatorHandle: creator ? creatorHandleOf(creator, link.platform) : null,
    creatorName: creator?.data.name ?? null,
    campaignSlug: campaign?.data.slug ?? null,
    campaignName: campaign?.data.name ?? null,
    linkPlacement: link.placement,
    linkSlug: link.slug || null,
    platform: link.platform,
  });

/** The link with all a redirect needs; refuses one whose rendered addresses are more than a shopper can be sent to. */
export const renderedLink = async (call: Call, link: UnrenderedLink, refs: LinkReferences): Promise<LinkData> => {
  const utm = utmOf(link, refs);
  const withItsCode = await applying(call, refs.code);
  const errors: FieldError[] = [];
  const render = (destination: string, pointer: string): string =>
    checkedUrl(withItsCode(targetUrl(destination, utm)), link.allowedHosts, pointer, errors) ?? '';
  const target = render(link.destinationUrl, '/destinationUrl');
  const targets = (link.destinations ?? []).map(({ countries, url }, i) => ({
    countries,
    url: render(url, `/destinations/${i}/url`),
  }));
  refuseLongRules(targets, errors);
  refuseErrors(errors.map((error) => ({ ...error, message: `With UTM: ${error.message}` })));
  return { ...link, targetUrl: target, ...(targets.length > 0 && { targets }) };
};
