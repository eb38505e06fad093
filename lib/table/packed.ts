// The larger parts of an item, compressed: most orders weigh one write unit, and one of thousands of lines still fits
// DynamoDB's 400 kB.
import { gunzipSync, gzipSync } from 'node:zlib';

/** Below this a part is kept as it is, readable in any console; an order's two or three lines are above it. */
const PACK_FROM_CHARACTERS = 500;

/** The part as stored: itself, or `{ gz }` with its JSON compressed. */
export const packed = (part: unknown): unknown => {
  const json = JSON.stringify(part);
  return json.length < PACK_FROM_CHARACTERS ? part : { gz: gzipSync(json) };
};

/** Reads back what `packed` stored. */
export const unpacked = <T>(stored: unknown): T => {
  const gz = (stored as { gz?: unknown } | null)?.gz;
  return (gz instanceof Uint8Array ? JSON.parse(gunzipSync(gz).toString('utf8')) : stored) as T;
};
