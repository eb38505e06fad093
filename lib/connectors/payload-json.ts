// A webhook's body as JSON, without losing a digit: ids beyond 2^53 and decimals never pass through a float.
import { parse } from 'lossless-json';

export type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The body's JSON object, each number as `numberOf` reads its text; undefined for anything else (cut off, not UTF-8,
 * a list, nested beyond reason). Of a repeated key the last counts, as in `JSON.parse`.
 */
export const parseObject = (raw: Uint8Array, numberOf: (text: string) => unknown): JsonObject | undefined => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(raw);
    const value = parse(text, undefined, { parseNumber: numberOf, onDuplicateKey: ({ newValue }) => newValue });
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
