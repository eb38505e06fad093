// NDJSON: one JSON object a line, each read by itself, so that one which is none spoils no other.
import { isSafeNumber } from 'lossless-json';
import { type JsonObject, parseObject } from '../connectors/payload-json.ts';
import { invalid } from './refusal.ts';

/** A line of a body; `line` counts from 1, blank lines too. */
export interface Line {
  readonly line: number;
  /** The object; undefined where the line is none. */
  readonly value: JsonObject | undefined;
  readonly bytes: number;
}

const NEWLINE = 0x0a;

function* rawLines(body: Buffer): Generator<Buffer> {
  for (let from = 0; from < body.length; ) {
    const end = body.indexOf(NEWLINE, from);
    const to = end === -1 ? body.length : end;
    yield body.subarray(from, to);
    from = to + 1;
  }
}

const isBlank = (raw: Buffer): boolean => raw.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);

/** Half a surrogate pair has no UTF-8: it could be neither stored nor sent back. */
const isUnicode = (raw: Buffer, value: JsonObject): boolean =>
  !raw.includes('\\u') || !/\\ud[89a-f]/.test(JSON.stringify(value));

/** Numbers as numbers, except those a float would round: such an id stays text, such an amount is refused. */
const exactNumber = (text: string): unknown => (isSafeNumber(text) ? Number(text) : text);

const objectIn = (raw: Buffer): JsonObject | undefined => {
  const value = parseObject(raw, exactNumber);
  return value && isUnicode(raw, value) ? value : undefined;
};

/** The lines of a body, blank ones left out; more than `most` of them are refused. */
export const ndjsonLines = (body: Buffer, most: number): readonly Line[] => {
  const lines: Line[] = [];
  let line = 0;
  for (const raw of rawLines(body)) {
    line += 1;
    if (isBlank(raw)) continue;
    if (lines.length === most) throw invalid('', 'too_many_lines', `Send at most ${most} lines at a time`);
    lines.push({ line, value: objectIn(raw), bytes: raw.length });
  }
  return lines;
};
