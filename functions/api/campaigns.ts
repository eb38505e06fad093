// Campaigns.
import type * as z from 'zod';
import { type CampaignCreate, campaignRoutes } from '../../lib/contracts/campaigns.ts';
import type { FieldError } from '../../lib/contracts/problems.ts';
import { dayOf } from '../../lib/domain/days.ts';
import type { CampaignData } from '../../lib/domain/entities.ts';
import { withRules } from '../../lib/domain/rules.ts';
import { slugFromName } from '../../lib/domain/slugs.ts';
import { toAscii } from '../../lib/platform/transliterate.ts';
import { checkedRules, checkedUrl, refuseLongRules } from './destinations.ts';
import { merchantMoney } from './money-entries.ts';
import type { Call } from './operation.ts';
import { given, resourceOperations, stamps } from './resource.ts';

type Body = z.output<typeof CampaignCreate>;

const goalOf = (goal: Body['goal']): CampaignData['goal'] =>
  goal ? { metric: goal.metric, baseline: goal.baseline ?? null, target: goal.target, by: goal.by ?? null } : null;

/** The overrides in force, without what makes them a version. */
const overridesOf = (data: CampaignData | undefined) => {
  const { id: _id, from: _from, ...overrides } = data?.rules.at(-1) ?? { id: '', from: '' };
  return overrides;
};

/** Adds a version when the overrides change: a campaign's first hold for all its days, a change from today on. */
const rulesOf = (call: Call, overrides: object, existing?: CampaignData): CampaignData['rules'] => {
  if (JSON.stringify(given(overrides)) === JSON.stringify(overridesOf(existing))) return existing?.rules ?? [];
  const from = existing ? dayOf(call.now, call.merchant.data.timeZone) : '0001-01-01';
  return withRules(existing?.rules ?? [], { id: call.newId('rul'), from, ...given(overrides) });
};

const build = async (call: Call, body: Body, errors: FieldError[], existing?: CampaignData): Promise<CampaignData> => {
  const { allowedHosts } = call.merchant.data;
  const destinationUrl = checkedUrl(body.destinationUrl, allowedHosts, '/destinationUrl', errors);
  const destinations = checkedRules(body.destinations ?? [], allowedHosts, errors);
  refuseLongRules(destinations, errors);
  if (body.endsOn && body.endsOn < body.startsOn) {
    errors.push({ pointer: '/endsOn', code: 'ends_before_start', message: 'must not be before startsOn' });
  }
  merchantMoney(call, body.budget, '/budget', errors);
  return {
    name: body.name,
    slug: body.slug ?? slugFromName(toAscii(body.name)),
    destinationUrl: destinationUrl ?? '',
    ...(destinations.length > 0 && { destinations }),
    startsOn: body.startsOn,
    endsOn: body.endsOn ?? null,
    budget: body.budget ?? null,
    goal: goalOf(body.goal),
    utm: given(body.utm ?? {}),
    rules: rulesOf(call, body.attribution ?? {}, existing),
  };
};

export const campaignOperations = resourceOperations<CampaignData, Body, Partial<Body>, { q?: string }>({
  routes: campaignRoutes as never,
  kind: 'campaign',
  prefix: 'cmp',
  build,
  change: (call, data, patch, errors) => {
    const { rules: _rules, ...current } = data;
    // What is left out stays, null takes every override away.
    const attribution = patch.attribution === null ? {} : { ...overridesOf(data), ...given(patch.attribution ?? {}) };
    return build(call, { ...current, ...patch, attribution } as Body, errors, data);
  },
  present: (_call, record) => {
    const { rules: _rules, destinations = [], ...data } = record.data;
    return { ...stamps(record), ...data, destinations, attribution: overridesOf(record.data) };
  },
  filter: async (_call, query) => {
    const wanted = query.q?.toLowerCase();
    return ({ data }) => !wanted || data.name.toLowerCase().includes(wanted) || data.slug.includes(wanted);
  },
});
