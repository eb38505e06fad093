// Sending lines of history to the API, and what comes back.
import type { Answered, Call, Json } from './http.ts';

export const NDJSON = { 'content-type': 'application/x-ndjson' } as const;

/** One object a line; texts are lines as they are. */
export const lines = (...all: readonly unknown[]): string =>
  all.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');

/** Imports lines, whatever the answer. */
export const sent = (
  call: Call,
  kind: 'clicks' | 'orders' | 'customers',
  ...all: readonly unknown[]
): Promise<Answered> => call('POST', `/v1/imports/${kind}`, { headers: NDJSON, body: lines(...all) });

/** Imports lines, which must be answered one by one. */
export const imported = async (...args: Parameters<typeof sent>): Promise<Json> => {
  const answer = await sent(...args);
  if (answer.status !== 200) throw new Error(`import: ${answer.status} ${answer.text.slice(0, 500)}`);
  return answer.json;
};

/** How many lines were accepted, were duplicates, and the code of each that was rejected. */
export const outcomeOf = ({ accepted, duplicates, rejected }: Json) => [
  accepted,
  duplicates,
  rejected.map(({ line, code }: { line: number; code: string }) => `${line} ${code}`),
];
