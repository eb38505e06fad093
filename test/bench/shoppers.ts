// Shoppers' hits on many links, as a load.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { aMerchant, client, made } from '../e2e/client.ts';
import { inTurns } from '../support/engine.ts';
import type { Reachable } from '../support/server.ts';
import type { LoadRequest } from './load.ts';

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

/** Connections under load, as the aims of the bench have it. */
export const SHOPPERS_AT_ONCE = 32;

/** So many hits, each by a new visitor, spread evenly over the links and never two in a row on one of them. */
export const hitsOn = (slugs: readonly string[], count: number): LoadRequest[] =>
  Array.from({ length: count }, (_, i) => ({
    method: 'GET',
    path: `/${slugs[(i * 7) % slugs.length]}`,
    headers: { 'user-agent': PHONE, accept: 'text/html', 'accept-language': 'en' },
  }));

const LINKS = 1_000;

/** A merchant with a thousand links, made by the API alone. */
export const aMerchantWithLinks = async (server: Reachable) => {
  const { id, apiKey } = await aMerchant(server);
  const api = client(server.base, apiKey);
  const { id: creatorId } = await made(api, '/v1/creators', { name: 'Sarah Lim', handle: 'sarahlim' });
  const slugs = Array.from({ length: LINKS }, (_, i) => `bench-${i}`);
  await inTurns(slugs, (slug) =>
    made(api, '/v1/links', { creatorId, slug, destinationUrl: 'https://shop.example.com/p/protein' }),
  );
  return { id, slugs };
};

/**
 * What a process holds in memory just now, in MB. Where the system tells them apart without the pages of files that it has
 * mapped, such as Node's own code and the table's files: the system takes those back whenever it likes.
 */
export const heldMb = (pid: number): number => {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? /^RssAnon:\s+(\d+)/m.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kilobytes) / 1024;
};
