// Costs and values: money spent, and estimates of what it brought.
import type * as z from 'zod';
import { type CostCreate, costRoutes, type ValueCreate, valueRoutes } from '../../lib/contracts/money-entries.ts';
import type { FieldError } from '../../lib/contracts/problems.ts';
import type { CostData, Money, ValueData } from '../../lib/domain/entities.ts';
import type { Call } from './operation.ts';
import { filterId, referred } from './references.ts';
import { given, resourceOperations, stamps } from './resource.ts';

type CostBody = z.output<typeof CostCreate>;
type ValueBody = z.output<typeof ValueCreate>;

/** Money entered by hand is in the merchant's currency: adding dollars to euros would be a guess. */
export const merchantMoney = (call: Call, money: Money | null | undefined, pointer: string, errors: FieldError[]) => {
  const { currency } = call.merchant.data;
  if (money && money.currency !== currency) {
    errors.push({
      pointer: `${pointer}/currency`,
      code: 'currency_mismatch',
      message: `must be the merchant's, ${currency}`,
    });
  }
};

const ownersOf = async (
  call: Call,
  body: { campaignId?: string | null | undefined; creatorId?: string | null | undefined },
  errors: FieldError[],
) => {
  const campaign = body.campaignId && (await referred(call, 'campaign', body.campaignId, '/campaignId', errors));
  const creator = body.creatorId && (await referred(call, 'creator', body.creatorId, '/creatorId', errors));
  return { campaignId: campaign ? campaign.id : null, creatorId: creator ? creator.id : null };
};

const cost = async (call: Call, body: CostBody, errors: FieldError[]): Promise<CostData> => {
  merchantMoney(call, body.amount, '/amount', errors);
  return {
    ...(await ownersOf(call, body, errors)),
    type: body.type,
    amount: body.amount,
    incurredOn: body.incurredOn,
    note: body.note ?? null,
    hours: body.hours ?? null,
    hourlyRate: body.hourlyRate ?? null,
  };
};

const value = async (call: Call, body: ValueBody, errors: FieldError[]): Promise<ValueData> => {
  merchantMoney(call, body.amount, '/amount', errors);
  return {
    ...(await ownersOf(call, body, errors)),
    type: body.type,
    amount: body.amount,
    on: body.on,
    method: body.method ?? null,
    note: body.note ?? null,
  };
};

interface Filters {
  readonly campaignId?: string;
  readonly creatorId?: string;
  readonly type?: string;
}

const filter = async (call: Call, query: Filters) => {
  const campaignId = await filterId(call, 'campaign', query.campaignId);
  const creatorId = await filterId(call, 'creator', query.creatorId);
  return ({ data }: { data: CostData | ValueData }) =>
    (!campaignId || data.campaignId === campaignId) &&
    (!creatorId || data.creatorId === creatorId) &&
    (!query.type || data.type === query.type);
};

export const costOperations = resourceOperations<CostData, CostBody, Partial<CostBody>, Filters>({
  routes: costRoutes as never,
  kind: 'cost',
  prefix: 'cst',
  build: cost,
  change: (call, data, patch, errors) => cost(call, { ...data, ...given(patch) } as CostBody, errors),
  present: (_call, record) => ({ ...stamps(record), ...record.data }),
  filter,
});

export const valueOperations = resourceOperations<ValueData, ValueBody, Partial<ValueBody>, Filters>({
  routes: valueRoutes as never,
  kind: 'value',
  prefix: 'val',
  build: value,
  change: (call, data, patch, errors) => value(call, { ...data, ...given(patch) } as ValueBody, errors),
  present: (_call, record) => ({ ...stamps(record), ...record.data }),
  filter,
});
