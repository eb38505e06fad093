// The soak in short (`npm run soak` is the long one): nothing lost and nothing counted twice, to the cent.
import { describe, expect, it } from 'vitest';
import { soak } from '../soak/soak.ts';

describe('orders shuffled, repeated and broken, from 16 connections to a server that is killed meanwhile', () => {
  it('end as the independent sum of their lives says, on both bases', { timeout: 120_000 }, async () => {
    const result = await soak({ orders: 60, deliveries: 600, kills: 1, seed: 11 }, () => undefined);
    expect(result.differences).toEqual([]);
    expect(result).toMatchObject({ deliveries: 600, kills: 1 });
    expect(result.netRevenue).toBeGreaterThan(0);
  });
});
