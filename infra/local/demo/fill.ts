// Fills an empty folder with a demo merchant and its last thirty days, through the public API alone.
import { setTimeout as pause } from 'node:timers/promises';
import { addDays, type Day, dayOf, daysFrom } from '../../../lib/domain/days.ts';
import { type LocalServerOptions, startLocalServer } from '../server.ts';
import { createClient, type DemoClient } from './client.ts';
import { createDemoClock } from './clock.ts';
import { play } from './play.ts';
import { createProgress } from './progress.ts';
import { checkWorkedExample, type PerformanceReport, type RoiReport, reportLines } from './report.ts';
import { setUpMerchant, ZONE } from './set-up.ts';
import { type Script, writeScript } from './traffic.ts';

/** Commands to paste, given where the service listens. */
type LinesToTry = (baseUrl: string) => readonly string[];

type Surroundings = Omit<LocalServerOptions, 'clock' | 'port' | 'host'>;

/** Today is not over, so no night has computed it: asked for by hand, with yesterday in case it has only just ended. */
const computeToday = async (client: DemoClient, today: Day): Promise<void> => {
  const range = { from: addDays(today, -1), to: today };
  let rollup = await client.call<{ id: string; state: string }>('POST', '/v1/rollups', range);
  while (rollup.state === 'queued' || rollup.state === 'running') {
    await pause(50);
    rollup = await client.call('GET', `/v1/rollups/${rollup.id}`);
  }
  if (rollup.state !== 'done') throw new Error(`The demo could not be filled in: roll-up ${rollup.state}`);
};

/** An order whose click was one creator's and whose code another's: the one worth asking about. */
const tellingOrder = async (client: DemoClient, { orders }: Script): Promise<string> => {
  const order = orders.find(({ plan }) => plan.conflict && plan.shop === 'shopify');
  const { data } = await client.call<{ data: { id: string }[] }>('GET', `/v1/orders?name=%23${order?.number}`);
  return data[0]?.id ?? '';
};

const curlLines = (baseUrl: string, key: string, { from, to }: PerformanceReport, orderId: string) => {
  const curl = (path: string, more = '') => `  curl -H 'Authorization: Bearer ${key}'${more} '${baseUrl}${path}'`;
  return [
    'What each creator brought, why an order is credited as it is, and the ROI as CSV:',
    curl(`/v1/reports/performance?from=${from}&to=${to}&groupBy=creator`),
    curl(`/v1/orders/${orderId}/attribution`),
    curl('/v1/reports/roi?groupBy=campaign', " -H 'Accept: text/csv'"),
  ];
};

/**
 * Fills the table and prints what came of it. The simulated clock starts thirty days ago and ends now; everything goes
 * through a gateway of its own on a loopback port, which is closed at the end. Throws when the figures of the worked
 * example (210 % and 140 %) do not come out. Gives the lines to try once it is known where the service listens.
 */
export const fillDemo = async (shared: Surroundings, print: (line: string) => void): Promise<LinesToTry> => {
  const now = Date.now();
  const script = writeScript(now, ZONE);
  const clock = createDemoClock(script.from);
  const server = await startLocalServer({ ...shared, clock: clock.now, port: 0, host: '127.0.0.1' });
  try {
    const root = createClient(server.url, shared.rootKey);
    const first = dayOf(script.from, ZONE);
    const merchant = await setUpMerchant(root, first);
    const client = root.as(merchant.key);
    const nights = daysFrom(first, dayOf(now, ZONE)).length - 1;
    const progress = createProgress(print, nights, process.stdout.isTTY === true);
    await play({ client, clock, merchant, night: server.night, progress }, script);
    clock.moveTo(Date.now());
    await server.night();
    const today = dayOf(clock.now(), ZONE);
    await computeToday(client, today);
    const roi = await client.call<RoiReport>('GET', '/v1/reports/roi?groupBy=campaign');
    const range = `from=${first}&to=${today}`;
    const performance = await client.call<PerformanceReport>('GET', `/v1/reports/performance?${range}&groupBy=creator`);
    checkWorkedExample(roi, performance);
    const telling = await tellingOrder(client, script);
    for (const line of reportLines(roi, performance)) print(line);
    print('');
    print(`API key: ${merchant.key}`);
    return (baseUrl) => curlLines(baseUrl, merchant.key, performance, telling);
  } finally {
    await server.stop();
  }
};
