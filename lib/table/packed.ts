// The larger parts of an item, compressed: most orders weigh one write unit, and one of thousands of lines still fits
// DynamoDB's 400 kB.
import { deflateRawSync, gunzipSync, inflateRawSync } from 'node:zlib';
import { PACKING_TEXT } from './packing-text.ts';

/** Below this a part is kept as it is, readable in any console; an order's two or three lines are above it. */
const PACK_FROM_CHARACTERS = 500;

const squeezed = (json: string): Uint8Array => deflateRawSync(json, { dictionary: PACKING_TEXT });

/** How many bytes a part takes up when it is packed. */
export const packedBytes = (part: unknown): number => squeezed(JSON.stringify(part)).length;

/** The part as stored: itself, or `{ told }` with its JSON compressed after the packing text. */
export const packed = (part: unknown): unknown => {
  const json = JSON.stringify(part);
  return json.length < PACK_FROM_CHARACTERS ? part : { told: squeezed(json) };
};

/** Reads back what `packed` stored; older items hold `{ gz }`, compressed by themselves. */
export const unpacked = <T>(stored: unknown): T => {
  const { told, gz } = (stored ?? {}) as { told?: unknown; gz?: unknown };
  if (told instanceof Uint8Array)
    return JSON.parse(inflateRawSync(told, { dictionary: PACKING_TEXT }).toString('utf8'));
  return (gz instanceof Uint8Array ? JSON.parse(gunzipSync(gz).toString('utf8')) : stored) as T;
};
