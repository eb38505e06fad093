// Plays the script: moment by moment on the demo's clock, each night closed in passing.
import { type Day, dayOf, startOfDay } from '../../../lib/domain/days.ts';
import type { DemoClient } from './client.ts';
import type { DemoClock } from './clock.ts';
import { tellLater, tellPlaced } from './deliveries.ts';
import { enterMoney } from './money.ts';
import type { PlacedOrder } from './placed-order.ts';
import type { PlannedHit, PlannedOrder } from './plan.ts';
import { type DemoMerchant, ZONE } from './set-up.ts';
import type { Shopper } from './shoppers.ts';
import { shopifyShop, standardShop } from './shops.ts';
import type { Script } from './traffic.ts';

/** Requests under way within one moment. */
const AT_ONCE = 6;
/** When the nightly job runs, after the merchant's midnight. */
const NIGHT_AFTER_MS = 16 * 60_000;

export interface Stage {
  readonly client: DemoClient;
  readonly clock: DemoClock;
  readonly merchant: DemoMerchant;
  readonly night: () => Promise<void>;
  readonly progress: (day: Day, number: number) => void;
}

type Task = () => Promise<void>;

/** What a shopper's browser keeps between requests. */
interface Browser {
  readonly cookie: string | null;
  readonly landing: string;
}

const headersOf = ({ manner, userAgent, link }: PlannedHit, cookie: string | null): Record<string, string> => ({
  'user-agent': userAgent,
  ...(cookie && { cookie }),
  ...(manner !== 'machine' && link.creator.referrer && { referer: link.creator.referrer }),
  ...(manner === 'untracked' && { 'sec-gpc': '1' }),
  ...(manner === 'prefetch' && { 'sec-purpose': 'prefetch;prerender' }),
});

const hitTask = ({ client, merchant }: Stage, browsers: Map<Shopper, Browser>, hit: PlannedHit): Task => {
  const tap = async () => {
    const before = hit.shopper && browsers.get(hit.shopper);
    const headers = headersOf(hit, before?.cookie ?? null);
    const method = hit.manner === 'probe' ? 'HEAD' : 'GET';
    const { cookie, location } = await client.follow(merchant.pathOf(hit.link), headers, method);
    const { pathname, search } = new URL(location ?? '');
    if (hit.shopper)
      browsers.set(hit.shopper, { cookie: cookie ?? before?.cookie ?? null, landing: pathname + search });
  };
  return async () => {
    await tap();
    if (hit.manner === 'twice') await tap();
  };
};

/** The checkout took place a little before the shop tells of it; never so early that it is before the click. */
const checkoutBefore = (moment: number, number: number): number => moment - 20_000 - ((number * 7_919) % 80_000);

const orderTasks = (stage: Stage, browsers: Map<Shopper, Browser>, { moments, orders }: Script) => {
  const { clock, merchant, client } = stage;
  const shops = {
    shopify: shopifyShop(client, merchant.shopify, clock.now),
    standard: standardShop(client, merchant.standard, clock.now),
  };
  const placed = (plan: PlannedOrder, number: number): PlacedOrder => ({
    plan,
    number,
    placedAt: checkoutBefore(moments[plan.placed] as number, number),
    landing: plan.hits.length > 0 ? (browsers.get(plan.shopper)?.landing ?? null) : null,
    code: plan.code === null || typeof plan.code === 'string' ? plan.code : merchant.codeOf(plan.code),
  });
  return orders.flatMap(({ plan, number }): [number, Task][] => {
    // Read when the order is placed: by then the browser has landed in the shop.
    let order: PlacedOrder;
    const place = () => {
      order = placed(plan, number);
      return tellPlaced(shops, order, ZONE);
    };
    const change = () => tellLater(shops, order, clock.now(), ZONE);
    return plan.later
      ? [
          [plan.placed, place],
          [plan.later.moment, change],
        ]
      : [[plan.placed, place]];
  });
};

/** What happens at each moment. */
const tasksByMoment = (stage: Stage, script: Script): ReadonlyMap<number, readonly Task[]> => {
  const browsers = new Map<Shopper, Browser>();
  const hits = script.hits.map((hit): [number, Task] => [hit.moment, hitTask(stage, browsers, hit)]);
  const all = [...hits, ...orderTasks(stage, browsers, script)];
  const tasks = Map.groupBy(all, ([moment]) => moment);
  return new Map([...tasks].map(([moment, entries]) => [moment, entries.map(([, task]) => task)]));
};

const runAtOnce = async (tasks: readonly Task[]): Promise<void> => {
  const waiting = tasks.values();
  const work = async () => {
    for (const task of waiting) await task();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
};

/** Plays every moment of the script. */
export const play = async (stage: Stage, script: Script): Promise<void> => {
  const { clock } = stage;
  const tasks = tasksByMoment(stage, script);
  let today = dayOf(clock.now(), ZONE);
  let dayNumber = 0;
  await enterMoney(stage.client, dayNumber, today);
  for (const [moment, at] of script.moments.entries()) {
    const day = dayOf(at, ZONE);
    if (day !== today) {
      today = day;
      dayNumber += 1;
      clock.moveTo(startOfDay(day, ZONE) + NIGHT_AFTER_MS);
      await stage.night();
      await enterMoney(stage.client, dayNumber, today);
      stage.progress(day, dayNumber);
    }
    clock.moveTo(at);
    await runAtOnce(tasks.get(moment) ?? []);
  }
};
