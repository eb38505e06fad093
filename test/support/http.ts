// The three handlers called as API Gateway calls them; every JSON answer is held against the route's own contract.
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { createApi } from '../../functions/api.ts';
import { createRedirect } from '../../functions/redirect.ts';
import { createWebhook } from '../../functions/webhook.ts';
import type { GatewayHandler } from '../../infra/local/gateway.ts';
import { Problem } from '../../lib/contracts/problems.ts';
import { type Route, routeKey } from '../../lib/contracts/route.ts';
import { routes } from '../../lib/contracts/routes.ts';
import type { Service } from '../../lib/flows/service.ts';
import type { GatewayAnswer } from '../../lib/http/answer.ts';
import { openApiDocument } from '../../lib/http/openapi.ts';
import type { GatewayEvent } from '../../lib/http/request.ts';
import { createRouter } from '../../lib/http/router.ts';
import { type TestService, testService } from './service.ts';

/** JSON off the wire: checked against its schema when it came in, so tests read it freely. */
export type Json = ReturnType<typeof JSON.parse>;

export interface CallOptions {
  readonly key?: string;
  /** An object is sent as JSON, text and bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean>> | string;
  readonly cookies?: readonly string[];
  /** The address the request came from. */
  readonly from?: string;
  /** The name that is asked; default: the deployment's own. */
  readonly host?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly text: string;
  /** Undefined when the answer is not JSON. */
  readonly json: Json;
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answered>;

export interface TestApi extends TestService {
  readonly handlers: Readonly<Record<Route['serves'], GatewayHandler>>;
  readonly call: Call;
}

const match = createRouter(routes);

const bytesOf = (body: unknown): Buffer => {
  if (body === undefined) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
};

const queryText = (query: CallOptions['query']): string => {
  if (query === undefined) return '';
  if (typeof query === 'string') return query;
  return new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
};

let requests = 0;

/** An event of an HTTP API in payload 2.0, on the route that matches, as API Gateway would send it. */
export const aGatewayEvent = (method: string, path: string, options: CallOptions = {}): GatewayEvent => {
  const found = match(method, path);
  const body = bytesOf(options.body);
  const headers: Record<string, string> = {
    ...(options.key !== undefined && { authorization: `Bearer ${options.key}` }),
    ...(body.length > 0 && { 'content-type': 'application/json' }),
    ...options.headers,
  };
  const isText = /^(text\/|application\/(json|xml|javascript)\b)/i.test(headers['content-type'] ?? '');
  requests += 1;
  return {
    version: '2.0',
    routeKey: found ? routeKey(found.route) : '$default',
    rawPath: path,
    rawQueryString: queryText(options.query),
    ...(options.cookies && { cookies: options.cookies }),
    headers,
    pathParameters: found?.params ?? {},
    requestContext: {
      domainName: options.host ?? 'localhost',
      requestId: `request-${requests}`,
      stage: '$default',
      http: { method, ...(options.from && { sourceIp: options.from }) },
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
};

const documentedStatuses = (route: Route): ReadonlySet<string> => {
  const paths = openApiDocument().paths as Record<string, Record<string, { responses: object }>>;
  return new Set(Object.keys(paths[route.path]?.[route.method.toLowerCase()]?.responses ?? {}));
};

/** Throws unless an answer is one its route documents: a status it names, exactly the fields of its schema. */
const checkContract = (method: string, path: string, answer: Answered): void => {
  const what = `${method} ${path.slice(0, 100)} answered ${answer.status}`;
  const type = answer.headers['content-type'] ?? '';
  const route = match(method, path)?.route;
  if (route && !documentedStatuses(route).has(String(answer.status))) {
    throw new Error(`${what}, which ${route.id} does not document: ${answer.text.slice(0, 300)}`);
  }
  const isProblem = type.startsWith('application/problem+json');
  const isShoppers = route ? route.serves === 'redirect' : method === 'GET' && !path.startsWith('/v1/');
  if (!isProblem && answer.status >= 400 && !isShoppers) throw new Error(`${what} without a problem`);
  const schema = isProblem ? Problem.strict() : route?.responses[answer.status]?.schema;
  if (!schema || !/json/.test(type)) return;
  const parsed = schema.safeParse(answer.json);
  if (!parsed.success) throw new Error(`${what} against its schema: ${z.prettifyError(parsed.error)}`);
  // Parsing drops what the schema does not name, at any depth: nothing may be missing afterwards.
  if (!isDeepStrictEqual(parsed.data, answer.json)) {
    throw new Error(`${what} with fields it does not document: ${answer.text.slice(0, 1000)}`);
  }
  if (isProblem && answer.json.status !== answer.status) throw new Error(`${what} but says ${answer.json.status}`);
};

const jsonOf = (answer: GatewayAnswer): Json =>
  /json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(answer.body) : undefined;

/** The answer of a handler as a client sees it. */
export const answeredOf = (answer: GatewayAnswer): Answered => ({
  status: answer.statusCode,
  headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value])),
  cookies: answer.cookies ?? answer.multiValueHeaders?.['set-cookie'] ?? [],
  text: answer.isBase64Encoded ? Buffer.from(answer.body, 'base64').toString('utf8') : answer.body,
  json: jsonOf(answer),
});

/** The handlers over a service, and a client of them. */
export const handlersOf = (service: Service): Pick<TestApi, 'handlers' | 'call'> => {
  const handlers = {
    api: createApi(service) as GatewayHandler,
    webhook: createWebhook(service) as GatewayHandler,
    redirect: createRedirect(service) as GatewayHandler,
  };
  const call: Call = async (method, path, options) => {
    const serves = match(method, path)?.route.serves ?? 'redirect';
    const event = aGatewayEvent(method, path, options);
    const answer = answeredOf(await handlers[serves](event, undefined as never));
    checkContract(method, path, answer);
    return answer;
  };
  return { handlers, call };
};

/** Everything over a table of its own and a clock that stands still until told to move. */
export const testApi = async (options: { readonly clock?: number } = {}): Promise<TestApi> => {
  const tested = await testService(options);
  return { ...tested, ...handlersOf(tested.service) };
};
