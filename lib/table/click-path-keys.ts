// The keys that a redirect asks by, apart from all others (keys.ts): its bundle carries no more than it needs.
import { hash } from 'node:crypto';
import type { Day } from '../domain/days.ts';
import type { Key } from './table.ts';

/** Hosts that no merchant has claimed serve the deployment's own links: localhost, the API's name, all of them. */
export const DEFAULT_DOMAIN = '~';

export const shardOf = (text: string, shards: number): number =>
  hash('sha256', text, 'buffer').readUInt32BE(0) % shards;

export const two = (n: number) => String(n).padStart(2, '0');

/** An entity by id, or the pointer to where it lives. */
export const entityKey = (id: string): Key => ({ pk: `ENT#${id}`, sk: 'ENT' });

export const linkKey = (domain: string, slug: string): Key => ({ pk: `LNK#${domain}#${slug}`, sk: 'LNK' });

/** A merchant's own host name for links. */
export const domainKey = (host: string): Key => ({ pk: `DOM#${host}`, sk: 'DOM' });

export const bioPageKey = (domain: string, handle: string): Key => ({ pk: `BIO#${domain}#${handle}`, sk: 'BIO' });

/** Where the clicks of one shard of a day lie. */
export const clickPartition = (merchantId: string, day: Day, shard: number): string =>
  `CLK#${merchantId}#${day}#${two(shard)}`;

/** What is told of visits, beside the clicks that led to them. */
export const visitPartition = (merchantId: string, day: Day, shard: number): string =>
  `VST#${merchantId}#${day}#${two(shard)}`;

/** The shard a visitor's clicks live in, one of the merchant's for that day. */
export const clickShard = (visitor: string, shards: number): number => shardOf(visitor, shards);
