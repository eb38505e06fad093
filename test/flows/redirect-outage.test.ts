// The shopper goes on whatever the table does: a known link answers 302 with every request failing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedirect } from '../../functions/redirect.ts';
import type { GatewayHandler } from '../../infra/local/gateway.ts';
import type { Service } from '../../lib/flows/service.ts';
import { aGatewayEvent, answeredOf } from '../support/http.ts';
import { aLink, stored } from '../support/records.ts';
import { type TestService, testService } from '../support/service.ts';
import { failingTable, wrappedTable } from '../support/wrapped-table.ts';

let world: TestService;
let down = false;
let follow: (slug: string) => Promise<ReturnType<typeof answeredOf>>;

beforeAll(async () => {
  world = await testService();
  await stored(world.service.table, aLink({ data: { slug: 'sarah-protein' } }));
  const table = failingTable(world.service.table, () => down);
  const service: Service = { ...world.service, table };
  const redirect = createRedirect(service) as GatewayHandler;
  follow = async (slug) => answeredOf(await redirect(aGatewayEvent('GET', `/${slug}`), undefined as never));
});
afterAll(() => world.close());

describe('a short link while the table is out of reach', () => {
  it('still redirects where it is known, without the id of a click that was never stored', async () => {
    const before = await follow('sarah-protein');
    expect(new URL(before.headers.location as string).searchParams.get('trb_click')).toMatch(/^clk_/);
    down = true;
    const answer = await follow('sarah-protein');
    expect(answer.status).toBe(302);
    const location = new URL(answer.headers.location as string);
    expect([location.host, location.searchParams.get('utm_source')]).toEqual(['shop.example', 'sarahlim']);
    expect(location.searchParams.has('trb_click')).toBe(false);
  });

  it('still redirects where it was read long ago, and reads it again once the table is back', async () => {
    down = false;
    await follow('sarah-protein');
    down = true;
    for (const later of [61_000, 1, 86_400_000]) {
      world.clock.advance(later);
      const answer = await follow('sarah-protein');
      expect(answer.status).toBe(302);
      expect(new URL(answer.headers.location as string).host).toBe('shop.example');
    }
    down = false;
    world.clock.advance(5_000);
    const back = await follow('sarah-protein');
    expect(new URL(back.headers.location as string).searchParams.get('trb_click')).toMatch(/^clk_/);
  });

  it('still sends on to the fallback of a link that has ended meanwhile', async () => {
    down = false;
    const expiresAt = world.clock.now + 60_000;
    await stored(world.service.table, aLink({ data: { slug: 'ends-soon', expiresAt } }));
    await follow('ends-soon');
    down = true;
    world.clock.advance(61_000);
    const answer = await follow('ends-soon');
    expect([answer.status, answer.headers.location]).toEqual([302, 'https://shop.example/']);
  });

  it('answers with the small page, never an error, where it is not', async () => {
    down = true;
    const answer = await follow('never-read');
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  });
});

describe('a short link while the table takes requests and answers none', () => {
  const never = () => new Promise<never>(() => undefined);
  /** A redirect that knows its link, over a table that then stops answering. */
  const stuck = async (clickQueue?: Service['clickQueue']) => {
    let hangs = false;
    const table = wrappedTable(world.service.table, (_request, send) => (hangs ? never() : send()));
    const service: Service = { ...world.service, table, ...(clickQueue && { clickQueue }) };
    const redirect = createRedirect(service) as GatewayHandler;
    const go = async () =>
      new URL(
        answeredOf(await redirect(aGatewayEvent('GET', '/sarah-protein'), undefined as never)).headers
          .location as string,
      );
    await go();
    hangs = true;
    return go;
  };

  it('sends the shopper on with the click in the queue, also once the link would be read again', async () => {
    const sent: string[] = [];
    const go = await stuck({ send: async (text) => void sent.push(text), receive: never, remove: never });
    expect((await go()).searchParams.get('trb_click')).toMatch(/^clk_/);
    world.clock.advance(61_000);
    expect((await go()).searchParams.get('trb_click')).toMatch(/^clk_/);
    expect(sent.map((text) => JSON.parse(text).facts.linkId)).toEqual([expect.any(String), expect.any(String)]);
  });

  it('sends the shopper on without a click id where the queue answers no more than the table, or is none', async () => {
    for (const clickQueue of [undefined, { send: never, receive: never, remove: never }]) {
      const go = await stuck(clickQueue);
      expect((await go()).searchParams.has('trb_click')).toBe(false);
    }
  });
});
