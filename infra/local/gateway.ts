// API Gateway's part on one machine: the same routes, the same events, the same handlers, over node:http.
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { RouteFunction } from '../../lib/contracts/route.ts';
import { routeKey } from '../../lib/contracts/route.ts';
import { routes } from '../../lib/contracts/routes.ts';
import type { GatewayAnswer } from '../../lib/http/answer.ts';
import type { GatewayEvent } from '../../lib/http/request.ts';
import { createRouter } from '../../lib/http/router.ts';

export type GatewayHandler = (event: GatewayEvent, context: never) => Promise<GatewayAnswer>;

/** Bytes of a body that are kept: enough for the handlers to see that it is over their 4 MB. */
const KEPT_BODY_BYTES = 4 * 1024 * 1024 + 1;

const NO_BODY = Buffer.alloc(0);

const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const { 'content-length': length, 'transfer-encoding': encoding } = message.headers;
  // Most requests are shoppers' GETs, and waiting for the end of an empty stream takes turns of the event loop.
  if (length === undefined && encoding === undefined) return NO_BODY;
  const chunks: Buffer[] = [];
  let size = 0;
  // Read to the end even when too large, so that the sender gets its 413 instead of a broken pipe.
  for await (const chunk of message as AsyncIterable<Buffer>) {
    if (size < KEPT_BODY_BYTES) chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, KEPT_BODY_BYTES);
};

/** As API Gateway decides it: text and JSON as they are, everything else in base64. */
const isText = (contentType: string | undefined, body: Buffer): boolean =>
  /^(text\/|application\/(json|xml|javascript)\b)/i.test(contentType ?? '') && isUtf8(body);

const joined = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(',') : value;

const eventOf = (
  message: IncomingMessage,
  body: Buffer,
  key: string,
  params: Readonly<Record<string, string>>,
): GatewayEvent => {
  const [rawPath = '/', ...query] = (message.url ?? '/').split('?');
  const { cookie, ...headers } = message.headers;
  const text = isText(message.headers['content-type'], body);
  return {
    version: '2.0',
    routeKey: key,
    rawPath,
    rawQueryString: query.join('?'),
    ...(cookie && { cookies: cookie.split(/;\s*/) }),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, joined(value)])),
    pathParameters: params,
    requestContext: {
      domainName: (message.headers.host ?? 'localhost').replace(/:\d+$/, ''),
      requestId: randomUUID(),
      stage: '$default',
      http: {
        method: message.method ?? 'GET',
        ...(message.socket.remoteAddress !== undefined && { sourceIp: message.socket.remoteAddress }),
      },
    },
    ...(body.length > 0 && { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: !text && body.length > 0,
  };
};

const write = (response: ServerResponse, answer: GatewayAnswer): void => {
  const body = answer.isBase64Encoded ? Buffer.from(answer.body, 'base64') : answer.body;
  response.writeHead(answer.statusCode, {
    ...answer.headers,
    'content-length': Buffer.byteLength(body),
    ...(answer.cookies && { 'set-cookie': answer.cookies }),
  });
  response.end(body);
};

/** An HTTP server over the three functions that have routes. */
export const createGateway = (handlers: Readonly<Record<RouteFunction, GatewayHandler>>): Server => {
  const match = createRouter(routes);
  const serve = async (message: IncomingMessage, response: ServerResponse) => {
    const path = (message.url ?? '/').split('?')[0] ?? '/';
    const found = match(message.method ?? 'GET', path);
    const body = await readBody(message);
    const event = eventOf(message, body, found ? routeKey(found.route) : '$default', found?.params ?? {});
    write(response, await handlers[found?.route.serves ?? 'redirect'](event, undefined as never));
  };
  return createServer((message, response) => {
    serve(message, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
};
