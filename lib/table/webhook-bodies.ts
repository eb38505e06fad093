// The raw bodies of webhooks: compressed, sealed and split over items, kept for a replay and for no longer than that.
import { gunzipSync, gzipSync } from 'node:zlib';
import { type MasterKey, openBytes, sealBytes } from '../platform/crypto.ts';
import { keys } from './keys.ts';
import { allItems, type Key, type Table, writeItems } from './table.ts';

/** A body kept for replay: headers that matter and the bytes. */
export interface KeptBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Uint8Array;
}

const BODY_PART_BYTES = 300_000;
const DAY_MS = 86_400_000;

/** What a sealed part of a body is bound to. */
const partContext = (eventId: string, part: number) => `${eventId}|${part}`;

/**
 * Keeps a body for some days, compressed, sealed (it says who bought) and split; writing it again writes over the same
 * items.
 */
export const keepBody = (
  table: Table,
  masterKey: MasterKey,
  eventId: string,
  body: KeptBody,
  now: number,
  days: number,
): Promise<void> => {
  const squeezed = gzipSync(body.raw);
  const parts = Math.ceil(squeezed.length / BODY_PART_BYTES);
  // Each part by itself: of two deliveries at once the parts of either open beside the other's.
  const sealed = (part: number) =>
    sealBytes(
      masterKey,
      partContext(eventId, part),
      squeezed.subarray(part * BODY_PART_BYTES, (part + 1) * BODY_PART_BYTES),
    );
  const expires = Math.floor((now + days * DAY_MS) / 1000);
  return writeItems(
    table,
    Array.from({ length: parts }, (_, part) => ({
      ...keys.webhookBody(eventId, part),
      v: 1,
      headers: part === 0 ? body.headers : undefined,
      bytes: sealed(part),
      keptAt: now,
      expires,
    })),
  );
};

/**
 * The kept body; undefined once its time has passed, be it that of `days` or the one it was kept for (also before TTL has
 * removed it).
 */
export const bodyOf = async (
  table: Table,
  masterKey: MasterKey,
  eventId: string,
  now: number,
  days: number,
): Promise<KeptBody | undefined> => {
  const parts = await allItems(table, keys.webhookBodyPartition(eventId));
  const first = parts[0];
  if (!first || Number(first.expires) * 1000 <= now) return undefined;
  // Bodies of before there was a choice don't say when they were kept, and go when they were to go.
  if (Number(first.keptAt ?? now) + days * DAY_MS <= now) return undefined;
  const squeezed = parts.map(({ bytes }, part) =>
    openBytes(masterKey, partContext(eventId, part), bytes as Uint8Array),
  );
  return { headers: first.headers as Record<string, string>, raw: gunzipSync(Buffer.concat(squeezed)) };
};

/** The keys of a body's parts: what is there to remove, without reading what it says. */
export const bodyParts = async (table: Table, eventId: string): Promise<Key[]> =>
  allItems(table, keys.webhookBodyPartition(eventId), { only: ['pk', 'sk'] });

/** Removes a body; gives whether there was one. */
export const removeBody = async (table: Table, eventId: string): Promise<boolean> => {
  const parts = await bodyParts(table, eventId);
  await writeItems(table, [], parts);
  return parts.length > 0;
};
