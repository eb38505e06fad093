// How long the real server takes over a history: 5,000 lines of each kind in one call, and the same lines again.
import { aCampaign } from '../e2e/campaign.ts';
import type { Call } from '../e2e/client.ts';
import { clickLine, customerLine, orderLine, sendLines } from '../e2e/history.ts';
import { startServer } from '../support/server.ts';
import type { BenchLine } from './line.ts';

const LINES = 5_000;
const MOST_SECONDS = 10;

const section = 'imports';

const timed = async (api: Call, kind: string, lines: readonly unknown[], name: string): Promise<BenchLine[]> => {
  const began = performance.now();
  const { accepted, duplicates } = await sendLines(api, kind, lines);
  const value = (performance.now() - began) / 1000;
  const note = `${accepted} accepted, ${duplicates} duplicates`;
  return [
    { section, name, value, unit: 's', budget: { most: MOST_SECONDS }, note },
    { section, name: `${name}, lines taken`, value: accepted + duplicates, unit: 'lines', budget: { least: LINES } },
  ];
};

export const importLines = async (): Promise<BenchLine[]> => {
  const server = await startServer();
  const { api, storeId, sarah } = await aCampaign(server);
  const now = Date.now();
  const lines = (line: (number: number) => unknown) => Array.from({ length: LINES }, (_, i) => line(i + 1));
  const orders = lines((number) => orderLine(number, LINES, now, storeId));
  const clicks = lines((number) => clickLine(number, LINES, now, sarah.link.slug));
  const results = [
    await timed(api, 'clicks', clicks, 'clicks'),
    await timed(api, 'clicks', clicks, 'clicks again'),
    await timed(api, 'orders', orders, 'orders'),
    await timed(api, 'orders', orders, 'orders again'),
    await timed(
      api,
      'customers',
      lines((number) => customerLine(number, now)),
      'customers',
    ),
  ];
  await server.stop();
  return results.flat();
};
