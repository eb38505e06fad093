// What the demo's marketer enters: the costs and estimates of the worked example, and the programme's own.
import type { Day } from '../../../lib/domain/days.ts';
import type { DemoClient } from './client.ts';
import { type CampaignKey, CREATORS } from './creators.ts';

/** What direct sales of the campaign come to in the worked example, in cents. */
export const DIRECT_SALES = 1_200_000;

interface Entry {
  /** Days since the merchant was set up. */
  readonly day: number;
  readonly campaign: CampaignKey;
  readonly kind: 'costs' | 'values';
  readonly type: string;
  readonly amount: number;
  readonly more?: Readonly<Record<string, unknown>>;
}

const cost = (day: number, type: string, amount: number, more: Entry['more'] = {}): Entry => ({
  ...{ day, campaign: 'autumn-protein', kind: 'costs', type, amount, more },
});

const estimate = (type: string, amount: number, method: string): Entry => ({
  ...{ day: 27, campaign: 'autumn-protein', kind: 'values', type, amount, more: { method } },
});

const retainer = (creator: string, amount: number): Entry => ({
  ...{ day: 0, campaign: 'always-on', kind: 'costs', type: 'retainer', amount, more: { creatorId: `ext_${creator}` } },
});

const ENTRIES: readonly Entry[] = [
  ...CREATORS.map(({ key }) => cost(0, 'fee', 50_000, { creatorId: `ext_${key}` })),
  cost(0, 'product', 18_000, { note: 'Seven boxes, at landed cost' }),
  cost(0, 'shipping', 12_000),
  cost(20, 'time', 120_000, { hours: 24, hourlyRate: 5_000, note: 'Briefs, approvals, questions' }),
  estimate('content', 200_000, '8 videos at what a studio would charge for them'),
  estimate('brand_search', 150_000, 'Searches for the brand above the four weeks before'),
  retainer('maya', 30_000),
  retainer('hana', 20_000),
  retainer('tom', 15_000),
];

/** Enters what belongs to the day that is `number` days after the set-up. */
export const enterMoney = async (client: DemoClient, number: number, today: Day): Promise<void> => {
  for (const { day, campaign, kind, type, amount, more } of ENTRIES) {
    if (day !== number) continue;
    await client.call('POST', `/v1/${kind}`, {
      type,
      amount: { amount, currency: 'USD' },
      [kind === 'costs' ? 'incurredOn' : 'on']: today,
      campaignId: `ext_${campaign}`,
      ...more,
    });
  }
};
