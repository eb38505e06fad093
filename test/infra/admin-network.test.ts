// The operator's command line on a bad line: lost answers, answers of others, nobody there.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { client, listed } from '../e2e/client.ts';
import { runAdmin } from '../support/admin.ts';
import { freePort, type RunningServer, startServer } from '../support/server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Answering = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

const listening = async (answer: Answering): Promise<string> => {
  const listener = createServer((request, response) => void answer(request, response));
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  closing.push(() => {
    listener.closeAllConnections();
    listener.close();
  });
  return `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
};

/** A way to the server that does what it is asked and then loses the first `lost` answers. */
const lossyWay = (lost: number) => {
  let answered = 0;
  return listening(async (request, response) => {
    const reply = await fetch(server.base + request.url, {
      method: request.method ?? 'GET',
      headers: Object.entries(request.headers).filter(
        (header): header is [string, string] => !['host', 'connection', 'content-length'].includes(header[0]),
      ),
      ...(request.method === 'POST' && { body: await buffer(request) }),
    });
    const body = await reply.text();
    answered += 1;
    if (answered <= lost) response.destroy();
    else response.writeHead(reply.status, { 'content-type': 'application/json' }).end(body);
  });
};

const create = (name: string, url: string, more: readonly string[] = []) => {
  const fields = ['--name', name, '--currency', 'USD', '--time-zone', 'UTC', '--allowed-hosts', 'shop.example.com'];
  const env = { TRIBUTARY_ROOT_KEY: server.rootKey };
  return runAdmin(['merchant', 'create', ...fields, '--json', '--url', url, ...more], { env });
};

const named = async (name: string) => {
  const merchants = await listed<{ id: string; name: string }>(client(server.base, server.rootKey), '/v1/merchants');
  return merchants.filter((merchant) => merchant.name === name);
};

describe('a lost answer', () => {
  it('is asked for again, and what was asked is done once', async () => {
    const { code, stdout } = await create('Lost once', await lossyWay(1));
    expect(code).toBe(0);
    const { id, apiKey } = JSON.parse(stdout);
    expect(await named('Lost once')).toEqual([expect.objectContaining({ id })]);
    expect((await client(server.base, apiKey)('GET', '/v1/merchant')).json.id).toBe(id);
  });

  it('that stays lost is told with how to go on, and going on does nothing twice', async () => {
    const { code, stdout, stderr } = await create('Lost for long', await lossyWay(100));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    const [, again = ''] = /can't be reached: .*: run it again with --idempotency-key (\S+), within/.exec(stderr) ?? [];
    const made = await named('Lost for long');
    expect(made).toHaveLength(1);
    const second = await create('Lost for long', server.base, ['--idempotency-key', again]);
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(second.stdout)).toMatchObject({ id: made[0]?.id, apiKey: expect.stringMatching(/^trb_live_/) });
    expect(await named('Lost for long')).toEqual(made);
  });

  it('of a read is simply asked for again', async () => {
    const env = { TRIBUTARY_ROOT_KEY: server.rootKey };
    expect(await runAdmin(['merchant', 'list', '--url', await lossyWay(2)], { env })).toMatchObject({ code: 0 });
  });
});

describe('one line tells of', () => {
  const lineOf = async (url: string) => {
    const { code, stdout, stderr } = await create('Nobody', url);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    return stderr.trimEnd();
  };

  it('nobody there', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expect(await lineOf(url)).toMatch(/^http:\S+ can't be reached: .*ECONNREFUSED.*; is the server running\?$/);
  });

  it('a name that is none', async () => {
    expect(await lineOf('http://nowhere.invalid')).toMatch(/^http:\/\/nowhere\.invalid can't be reached: .*nowhere/);
  });

  it('somebody else’s page', async () => {
    const url = await listening(
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    );
    expect(await lineOf(url)).toMatch(/^POST \S+ answered 200 \(text\/html\), which is no answer of Tributary's API$/);
  });

  it('a redirect, which would take the key along', async () => {
    const seen: string[] = [];
    const elsewhere = await listening((request, response) => {
      seen.push(String(request.headers.authorization));
      response.end('{}');
    });
    const url = await listening((_, response) => void response.writeHead(307, { location: elsewhere }).end());
    expect(await lineOf(url)).toMatch(/^POST \S+ answered 307 \(no content\)/);
    expect(seen).toEqual([]);
  });

  it('a gateway that gave up, after it was asked again', async () => {
    let asked = 0;
    const url = await listening((_, response) => {
      asked += 1;
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"message":"Service Unavailable"}');
    });
    expect(await lineOf(url)).toMatch(/answered 503 \(.*Service Unavailable.*; again, without doing it twice: --idem/);
    expect(asked).toBe(4);
  });
});
