// A request as the handlers see it, from whichever of API Gateway's event shapes it came in.

/** The parts of API Gateway's events (payload 2.0, function URL, REST payload 1.0) that are read here. */
export interface GatewayEvent {
  readonly version?: string;
  readonly routeKey?: string;
  readonly rawPath?: string;
  readonly rawQueryString?: string;
  readonly cookies?: readonly string[];
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly httpMethod?: string;
  readonly path?: string;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: {
    readonly domainName?: string;
    readonly requestId?: string;
    readonly stage?: string;
    readonly http?: { readonly method?: string; readonly sourceIp?: string };
    readonly identity?: { readonly sourceIp?: string };
  };
}

export interface Request {
  /** As API Gateway matched it; may be one of a catch-all, then the route table decides. */
  readonly routeKey: string;
  readonly method: string;
  readonly path: string;
  /** The name the shopper asked by, in lower case, without a port and the dot that a name may end in. */
  readonly host: string;
  readonly rawQuery: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly cookies: readonly string[];
  readonly params: Readonly<Record<string, string | undefined>>;
  /** The body exactly as sent; signatures are over these bytes. */
  readonly body: Buffer;
  readonly requestId: string;
  /** Who spoke to the gateway; null where it does not say. Never stored, logged or thrown. */
  readonly sourceAddress: string | null;
  /** True when that was our own CloudFront, the shopper's address being in `x-forwarded-for`. */
  readonly behindEdge: boolean;
  /** True when the answer must be in payload 1.0's shape. */
  readonly restApi: boolean;
}

const lowerCased = (event: GatewayEvent): Record<string, string | undefined> => {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(event.headers ?? {})) headers[name.toLowerCase()] = value;
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    headers[name.toLowerCase()] = values?.join(name.toLowerCase() === 'cookie' ? '; ' : ',');
  }
  return headers;
};

const queryOf = (event: GatewayEvent): string => {
  if (event.rawQueryString !== undefined) return event.rawQueryString;
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {})) {
    for (const value of values ?? []) query.append(name, value);
  }
  return query.toString();
};

/** A named stage is part of the path API Gateway reports, but not of ours. */
const withoutStage = (path: string, stage: string | undefined): string =>
  stage && stage !== '$default' && path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : path;

/**
 * The names of functions' own URLs. Such a URL takes requests from our CloudFront alone, which signs them and asks by the
 * URL's name: what it was asked by itself stands in a header that it sets.
 */
const FUNCTION_URL = /\.lambda-url\.[a-z0-9-]+\.on\.aws$/;

/** Reads an event; never throws. */
export const requestOf = (event: GatewayEvent): Request => {
  const restApi = event.requestContext?.http === undefined && event.httpMethod !== undefined;
  const headers = lowerCased(event);
  // A REST API's `path` never has the stage in it, and a stage may well be called v1.
  const asked = event.requestContext?.domainName ?? headers.host?.replace(/:\d+$/, '') ?? '';
  const behindEdge = FUNCTION_URL.test(asked);
  const path = restApi ? (event.path ?? '/') : withoutStage(event.rawPath ?? '/', event.requestContext?.stage);
  return {
    routeKey: event.routeKey ?? '$default',
    method: (event.requestContext?.http?.method ?? event.httpMethod ?? 'GET').toUpperCase(),
    path,
    host: ((behindEdge && headers['x-forwarded-host']) || asked).toLowerCase().replace(/\.+$/, ''),
    rawQuery: queryOf(event),
    headers,
    cookies: event.cookies ?? (headers.cookie ? headers.cookie.split(/;\s*/) : []),
    params: event.pathParameters ?? {},
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    requestId: event.requestContext?.requestId ?? 'unknown',
    sourceAddress: event.requestContext?.http?.sourceIp ?? event.requestContext?.identity?.sourceIp ?? null,
    behindEdge,
    restApi,
  };
};

/** The value of a cookie; undefined when it was not sent. */
export const cookieOf = (request: Request, name: string): string | undefined =>
  request.cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
