// The shopper goes on whatever the table does: a known link answers 302 with every request failing.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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
  /** A redirect over a table that stops answering and, asked to, answers again; what it sends to the table is counted. */
  const overTable = (over: Partial<Service> = {}) => {
    const asked: string[] = [];
    let hangs = false;
    const table = wrappedTable(world.service.table, ({ operation }, send) => {
      asked.push(operation);
      return hangs ? never() : send();
    });
    const redirect = createRedirect({ ...world.service, table, ...over }) as GatewayHandler;
    const at = async (slug: string, host = 'localhost') =>
      answeredOf(await redirect(aGatewayEvent('GET', `/${slug}`, { host }), undefined as never));
    const go = async () => new URL((await at('sarah-protein')).headers.location as string);
    const hang = (now: boolean) => {
      hangs = now;
    };
    return { asked, at, go, hang };
  };
  /** A redirect that knows its link, over a table that then stops answering. */
  const stuck = async (clickQueue?: Service['clickQueue']) => {
    const { go, hang } = overTable(clickQueue && { clickQueue });
    await go();
    hang(true);
    return go;
  };
  const msOf = async (wait: () => Promise<unknown>): Promise<number> => {
    const begun = performance.now();
    await wait();
    return performance.now() - begun;
  };
  const queueOf = (sent: string[]) => ({
    send: async (text: string) => void sent.push(text),
    receive: never,
    remove: never,
  });

  it('sends the shopper on with the click in the queue, also once the link would be read again', async () => {
    const sent: string[] = [];
    const go = await stuck(queueOf(sent));
    expect((await go()).searchParams.get('trb_click')).toMatch(/^clk_/);
    world.clock.advance(61_000);
    expect((await go()).searchParams.get('trb_click')).toMatch(/^clk_/);
    expect(sent.map((text) => JSON.parse(text).facts.linkId)).toEqual([expect.any(String), expect.any(String)]);
  });

  it('sends the shopper on in time where the queue answers no more than the table, or is none: the click may yet be stored', async () => {
    for (const clickQueue of [undefined, { send: never, receive: never, remove: never }]) {
      const go = await stuck(clickQueue);
      const waited = await msOf(async () => expect((await go()).searchParams.get('trb_click')).toMatch(/^clk_/));
      // 300, and what a busy machine adds.
      expect(waited).toBeLessThan(450);
      world.clock.advance(61_000);
      expect(await msOf(go)).toBeLessThan(450);
    }
  });

  it('asks the queue at once after some clicks that were late, and the table still, until one is in time', async () => {
    const sent: string[] = [];
    const { asked, go, hang } = overTable({ clickQueue: queueOf(sent), freezes: true });
    await go();
    hang(true);
    for (let click = 0; click < 3; click++) expect(await msOf(go)).toBeGreaterThan(90);
    asked.length = 0;
    expect(await msOf(go)).toBeLessThan(90);
    expect([sent.length, asked]).toEqual([4, ['Put']]);
    hang(false);
    await go();
    await vi.waitFor(async () => {
      const before = sent.length;
      await go();
      expect(sent).toHaveLength(before);
    });
  });

  it('holds no click behind another where a process serves one shopper at a time, and never sends two together', async () => {
    const sent: string[] = [];
    const { asked, go, hang } = overTable({ clickQueue: queueOf(sent), freezes: true });
    await go();
    hang(true);
    await go();
    hang(false);
    expect((await go()).searchParams.get('trb_click')).toMatch(/^clk_/);
    expect(sent).toHaveLength(1);
    expect(new Set(asked)).toEqual(new Set(['Get', 'Put']));
  });

  it('keeps whoever follows a link that was never read for a second, and the next ones for a quarter', async () => {
    const { at, hang, go } = overTable();
    hang(true);
    const answers: number[] = [];
    const waits: number[] = [];
    for (let time = 0; time < 3; time++) waits.push(await msOf(async () => answers.push((await at('new')).status)));
    expect(answers).toEqual([404, 404, 404]);
    expect(waits[0]).toBeLessThan(1_500);
    for (const wait of waits.slice(1)) expect(wait).toBeLessThan(500);
    hang(false);
    expect((await go()).host).toBe('shop.example');
  });

  it('leads on from such a link where the deployment says so, and nowhere from one that is not there', async () => {
    const fallbackUrl = 'https://brand.example/hello';
    const { at, hang } = overTable({ fallbackUrl });
    expect((await at('not-there')).status).toBe(404);
    hang(true);
    for (const host of ['localhost', 'go.brand.example']) {
      const answer = await at('never-read', host);
      expect([answer.status, answer.headers.location]).toEqual([302, fallbackUrl]);
    }
  });
});
