// What was written past the API, by a mistake of ours or a hand in the table, leads no shopper astray, and none nowhere.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedirect } from '../../functions/redirect.ts';
import type { GatewayHandler } from '../../infra/local/gateway.ts';
import type { DomainData } from '../../lib/domain/entities.ts';
import type { Service } from '../../lib/flows/service.ts';
import { keys } from '../../lib/table/keys.ts';
import { createRecord } from '../../lib/table/records.ts';
import { aGatewayEvent, answeredOf, type CallOptions } from '../support/http.ts';
import { aLink, aMerchant, aRecord, stored } from '../support/records.ts';
import { type TestService, testService } from '../support/service.ts';
import { failingTable, wrappedTable } from '../support/wrapped-table.ts';

const EVIL = 'https://evil.example/';
const SHOP = 'https://shop.example/';

let world: TestService;
beforeAll(async () => {
  world = await testService();
});
afterAll(() => world.close());

let made = 0;
/** A link that has ended, of a merchant of its own. */
const ended = async (merchantFallback: string | null, known: string | null, own?: string): Promise<string> => {
  made += 1;
  const merchantId = `mer_Fallbacks${String(made).padStart(9, '0')}`;
  await stored(world.service.table, aMerchant({ id: merchantId, merchantId, data: { fallbackUrl: merchantFallback } }));
  const slug = `ended-${made}`;
  const data = { slug, expiresAt: world.clock.now - 1, fallbackUrl: known, ...(own && { ownFallbackUrl: own }) };
  await stored(world.service.table, aLink({ merchantId, data }));
  return slug;
};

const asked = async (service: Service, slug: string, options?: CallOptions) => {
  const redirect = createRedirect(service) as GatewayHandler;
  const answer = answeredOf(await redirect(aGatewayEvent('GET', `/${slug}`, options), undefined as never));
  return [answer.status, answer.headers.location];
};
/** A service that reads all but merchants. */
const withoutMerchants = (): Service => {
  const table = failingTable(world.service.table, (_count, { input }) => JSON.stringify(input).includes('ENT#mer_'));
  return { ...world.service, table };
};

describe("a fallback on a host that is none of the merchant's", () => {
  it('is not led to, whichever it is', async () => {
    expect(await asked(world.service, await ended(EVIL, SHOP))).toEqual([404, undefined]);
    expect(await asked(world.service, await ended(SHOP, EVIL))).toEqual([302, SHOP]);
    expect(await asked(world.service, await ended(SHOP, EVIL, EVIL))).toEqual([302, SHOP]);
    expect(await asked(withoutMerchants(), await ended(SHOP, EVIL))).toEqual([404, undefined]);
    expect(await asked(withoutMerchants(), await ended(EVIL, SHOP))).toEqual([302, SHOP]);
  });

  it('is not led to from a domain either', async () => {
    const host = 'go.brand.example';
    const data = { domain: host, fallbackUrl: EVIL, merchantFallbackUrl: EVIL, allowedHosts: ['shop.example'] };
    const domain = aRecord<DomainData>('domain', data);
    await createRecord(world.service.table, domain, { home: keys.domain(host) });
    expect(await asked(withoutMerchants(), 'never-there', { host })).toEqual([404, undefined]);
    await stored(world.service.table, aMerchant());
    expect(await asked(world.service, 'never-there', { host })).toEqual([302, SHOP]);
  });
});

describe('a link whose click id can not be made', () => {
  it('leads to its target all the same', async () => {
    const link = await stored(world.service.table, aLink());
    let [needed, masterKey] = [0, world.service.masterKey];
    const service: Service = {
      ...world.service,
      // The first that needs it derives the visitor; the next makes the id.
      get masterKey() {
        needed += 1;
        return needed === 1 ? masterKey : { ...masterKey, version: Number.NaN, key: undefined as never };
      },
    };
    expect(await asked(service, link.data.slug)).toEqual([302, link.data.targetUrl]);
  });
});

describe('a name too long for any record', () => {
  it('is not asked for', async () => {
    let reads = 0;
    const table = wrappedTable(world.service.table, (_request, send) => {
      reads += 1;
      return send();
    });
    const service = { ...world.service, table };
    for (const path of [`@${'a'.repeat(65)}`, `@${'a'.repeat(3000)}`, '@', '@.a', '@a%20b', `@${'\u00e4'}`]) {
      expect(await asked(service, path)).toEqual([404, undefined]);
    }
    const link = await stored(world.service.table, aLink({ data: { slug: 'long-host' } }));
    expect(reads).toBe(0);
    const host = `go.${'b'.repeat(3000)}.example`;
    expect(await asked(service, 'never-at-all', { host })).toEqual([404, undefined]);
    expect(reads).toBe(1);
    const [status] = await asked(service, link.data.slug, { host });
    expect(status).toBe(302);
  });
});
