// A route as data: what API Gateway, the local server and the OpenAPI document are made from.
import type * as z from 'zod';

/** Which key a caller needs; `public` needs none, `root` is the deployment's own. */
type RouteScope = 'public' | 'root' | 'read' | 'write' | 'admin';

/** Which function serves it. */
export type RouteFunction = 'redirect' | 'webhook' | 'api';

interface RouteResponse {
  readonly description: string;
  /** JSON body; absent = no body or another content type. */
  readonly schema?: z.ZodType;
  readonly contentType?: string | readonly string[];
  /** Headers that come with it, by name: what each says. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  /** The operation's name: OpenAPI's operationId, the key functions/api.ts dispatches by. */
  readonly id: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As API Gateway writes it: `/v1/creators/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly scope: RouteScope;
  readonly serves: RouteFunction;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** The body as the OpenAPI document shows it, where the operation checks parts of it by itself. */
  readonly describedBody?: z.ZodType;
  /** The content types of a body that the operation reads itself, from `call.request.body`: it is not taken for JSON. */
  readonly bodyTypes?: readonly string[];
  /** Answers `text/csv` when asked to. */
  readonly csv?: boolean;
  readonly responses: Readonly<Record<number, RouteResponse>>;
}

/** Declares a route, keeping the exact types of its schemas. */
export const route = <const R extends Route>(definition: R): R => definition;

export const routeKey = (definition: Pick<Route, 'method' | 'path'>): string =>
  `${definition.method} ${definition.path}`;
