// Return on what creators cost: the worked example of the domain to the cent, and every divisor that can be 0.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CostType, roiOf } from '../../lib/domain/roi.ts';

type Input = Parameters<typeof roiOf>[0];

const NO_COSTS: Record<CostType, number> = {
  fee: 0,
  retainer: 0,
  product: 0,
  shipping: 0,
  agency: 0,
  time: 0,
  tools: 0,
  bonus: 0,
  reimbursement: 0,
  ad_boost: 0,
  other: 0,
};
const costs = (over: Partial<Record<CostType, number>>) => ({ ...NO_COSTS, ...over });

const anInput = (over: Partial<Input> = {}): Input => ({
  costs: NO_COSTS,
  values: { content: 0, brandSearch: 0, other: 0 },
  direct: { netRevenue: 0, orders: 0, newCustomers: 0, unknownCustomers: 0, clicks: 0 },
  grossMarginPct: null,
  ...over,
});

const WORKED_EXAMPLE = anInput({
  costs: costs({ fee: 7 * 50_000, product: 20_000, shipping: 10_000, time: 120_000 }),
  values: { content: 200_000, brandSearch: 150_000, other: 0 },
  direct: { netRevenue: 1_200_000, orders: 120, newCustomers: 100, unknownCustomers: 5, clicks: 4_000 },
  grossMarginPct: 40,
});

describe('the worked example of the domain', () => {
  const roi = roiOf(WORKED_EXAMPLE);

  it('costs 5,000 and is worth 15,500', () => {
    expect(roi.costTotal).toBe(500_000);
    expect(roi.value).toEqual({
      direct: 1_200_000,
      brandSearch: 150_000,
      content: 200_000,
      other: 0,
      total: 1_550_000,
    });
  });

  it('returns exactly 210 %, 140 % measured and -4 % at a 40 % margin', () => {
    expect(roi.roi).toBe(210);
    expect(roi.roiMeasured).toBe(140);
    expect(roi.roiMargin).toBe(-4);
  });

  it('divides measured sales by paid spend and by all cost', () => {
    expect(roi.paidSpend).toBe(350_000);
    expect(roi.roas).toBe(1_200_000 / 350_000);
    expect(roi.roasFullCost).toBe(2.4);
  });

  it('divides cost by known new customers, by orders and by clicks, in minor units', () => {
    expect(roi).toMatchObject({ cac: 5_000, cpa: 500_000 / 120, cpc: 125 });
  });
});

describe('the parts of a return', () => {
  it.each(Object.keys(NO_COSTS) as CostType[])('count a cost of type %s once', (type) => {
    const { costTotal, paidSpend } = roiOf(anInput({ costs: costs({ [type]: 100 }) }));
    expect(costTotal).toBe(100);
    expect(paidSpend).toBe(['fee', 'retainer', 'bonus', 'ad_boost'].includes(type) ? 100 : 0);
  });

  it('count each estimate in the total, and none as measured', () => {
    const roi = roiOf(anInput({ costs: costs({ fee: 100 }), values: { content: 10, brandSearch: 20, other: 30 } }));
    expect(roi.value).toEqual({ direct: 0, content: 10, brandSearch: 20, other: 30, total: 60 });
    expect(roi).toMatchObject({ roi: -40, roiMeasured: -100, roas: 0, roasFullCost: 0 });
  });

  it('are null where the divisor is 0', () => {
    expect(roiOf(anInput({ grossMarginPct: 40 }))).toMatchObject({
      roi: null,
      roiMeasured: null,
      roas: null,
      roasFullCost: null,
      cac: null,
      cpa: null,
      cpc: null,
      roiMargin: null,
    });
  });

  it('have full-cost ROAS but no ROAS where nothing was paid, as with gifting', () => {
    const direct = { ...WORKED_EXAMPLE.direct, netRevenue: 600 };
    expect(roiOf(anInput({ costs: costs({ product: 200 }), direct }))).toMatchObject({ roas: null, roasFullCost: 3 });
  });

  it('have no margin ROI without a margin, and count a margin of 0', () => {
    expect(roiOf({ ...WORKED_EXAMPLE, grossMarginPct: null }).roiMargin).toBeNull();
    expect(roiOf({ ...WORKED_EXAMPLE, grossMarginPct: 0 }).roiMargin).toBe(-100);
  });

  it('show no float noise at a margin with decimals', () => {
    // 0.07 x 100 and 33.3 x 3 both miss their decimal value in plain floats.
    const margin = (netRevenue: number, cost: number, grossMarginPct: number) =>
      roiOf(anInput({ costs: costs({ fee: cost }), direct: { ...WORKED_EXAMPLE.direct, netRevenue }, grossMarginPct }))
        .roiMargin;
    expect(margin(300_000, 99_900, 33.3)).toBe(0);
    expect(margin(10_000, 7, 0.07)).toBe(0);
    expect(margin(1_000_000, 333_000, 66.6)).toBe(100);
  });

  it('have margin ROI equal to measured ROI at a margin of 100 %', () => {
    const amount = fc.integer({ min: 1, max: 1_000_000_000 });
    fc.assert(
      fc.property(amount, amount, (netRevenue, fee) => {
        const direct = { ...WORKED_EXAMPLE.direct, netRevenue };
        const roi = roiOf(anInput({ costs: costs({ fee }), direct, grossMarginPct: 100 }));
        expect(roi.roiMargin).toBe(roi.roiMeasured);
      }),
    );
  });
});
