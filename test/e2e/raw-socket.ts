// Bytes over a bare socket, for what no HTTP client would send, and the answers read back from it.
import { connect } from 'node:net';
import type { Reachable } from '../support/server.ts';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** What is sent: bytes, or a pause in milliseconds. */
export type Step = string | Uint8Array | number;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Reads answers one after another; each says its length, or has no body (HEAD is told by `headOnly`). */
const answersIn = (bytes: Buffer, headOnly: boolean): RawAnswer[] => {
  const answers: RawAnswer[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    const head = rest.subarray(0, end).toString('latin1');
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]);
    if (end < 0 || !status) return answers;
    const length = headOnly ? 0 : Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    answers.push({ status, head, body: rest.subarray(end + 4, end + 4 + length).toString() });
    rest = rest.subarray(end + 4 + length);
  }
};

/**
 * Sends the steps and gives the answers that came until the server closed, `expected` answers were there, or `waitMs`
 * had passed. A connection the server cuts is no error here.
 */
export const exchange = (
  { base }: Reachable,
  steps: readonly Step[],
  { expected = 1, waitMs = 4_000, headOnly = false, end = false } = {},
): Promise<RawAnswer[]> =>
  new Promise((done) => {
    const { hostname, port } = new URL(base);
    const socket = connect(Number(port), hostname);
    let received = Buffer.alloc(0);
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      done(answersIn(received, headOnly));
    };
    const timer = setTimeout(finish, waitMs);
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      if (answersIn(received, headOnly).length >= expected) finish();
    });
    socket.on('error', () => undefined);
    socket.on('close', finish);
    const send = async () => {
      for (const step of steps) {
        if (typeof step === 'number') await pause(step);
        else if (!socket.destroyed) socket.write(step);
      }
      if (end) socket.end();
    };
    void send();
  });

/** A request's head; every line ends as HTTP has it. */
export const head = (line: string, headers: Readonly<Record<string, string | number>> = {}): string =>
  [`${line} HTTP/1.1`, 'host: localhost', ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)]
    .concat('', '')
    .join('\r\n');
