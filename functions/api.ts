// The management API: finds the operation of a request, checks caller and input, runs it, maps what goes wrong.
import middy from '@middy/core';
import * as z from 'zod';
import type { FieldError } from '../lib/contracts/problems.ts';
import { type Route, routeKey } from '../lib/contracts/route.ts';
import { routes } from '../lib/contracts/routes.ts';
import { sdkMeans } from '../lib/flows/sdk-means.ts';
import { openedOnce, type Service } from '../lib/flows/service.ts';
import { prefersCsv } from '../lib/http/accept.ts';
import { type Answer, gatewayAnswer, jsonAnswer } from '../lib/http/answer.ts';
import { csvOf } from '../lib/http/csv.ts';
import { columnsOf } from '../lib/http/csv-columns.ts';
import { failureAnswer } from '../lib/http/failure.ts';
import { nothingAt } from '../lib/http/problem-answer.ts';
import { refusal } from '../lib/http/refusal.ts';
import { type GatewayEvent, type Request, requestOf } from '../lib/http/request.ts';
import { createRouter } from '../lib/http/router.ts';
import { securityHeaders } from '../lib/http/security-headers.ts';
import {
  jsonBody,
  parseInto,
  queryObject,
  refuseErrors,
  refuseLargeBody,
  refuseOtherTypes,
} from '../lib/http/validate.ts';
import { derivedId, newId } from '../lib/platform/ids.ts';
import { authenticate, type Caller } from './api/caller.ts';
import { answerOnce } from './api/idempotent.ts';
import type { Call, Merchant, Operation, Reply } from './api/operation.ts';
import { operations } from './api/operations.ts';

const byRouteKey = new Map(operations.map((operation) => [routeKey(operation.route), operation]));
const match = createRouter(routes.filter((route) => route.serves === 'api'));

/** No id and no externalId is longer; a key of the table must not be much longer either. */
const LONGEST_PARAMETER = 200;

const operationOf = (request: Request): { operation: Operation; params: Record<string, string> } => {
  const known = byRouteKey.get(request.routeKey);
  // A catch-all route (function URL, `ANY /{proxy+}`) leaves the matching to us.
  const found = known ? undefined : match(request.method, request.path);
  const operation = known ?? (found && byRouteKey.get(routeKey(found.route)));
  const params = (found?.params ?? request.params) as Record<string, string>;
  if (!operation || Object.values(params).some((value) => value.length > LONGEST_PARAMETER)) {
    throw refusal('not_found', nothingAt(request));
  }
  return { operation, params };
};

const NOTHING = z.strictObject({});

const bodyOf = (route: Route, request: Request, errors: FieldError[]): unknown => {
  const sent = request.method === 'GET' ? undefined : jsonBody(request);
  return parseInto(route.body ?? NOTHING, sent ?? {}, errors);
};

/** Query and body by the route's schemas; a managed route without one takes nothing there. */
const parsed = ({ route }: Operation, request: Request) => {
  if (route.scope === 'public') return {};
  if (route.bodyTypes) refuseOtherTypes(request, route.bodyTypes);
  const errors: FieldError[] = [];
  const query = parseInto(route.query ?? NOTHING, queryObject(request.rawQuery, errors), errors, '/query');
  const body = route.bodyTypes ? undefined : bodyOf(route, request, errors);
  refuseErrors(errors);
  return { query, body };
};

const answerOf = (reply: Reply, operation: Operation, request: Request, caller: Caller): Answer => {
  if (reply.answer) return reply.answer;
  const { csv, responses } = operation.route;
  const schema = responses[reply.status]?.schema;
  if (csv && schema && reply.csvRows && prefersCsv(request.headers.accept)) {
    const next = (reply.body as { nextCursor?: string | null }).nextCursor;
    return {
      status: reply.status,
      headers: {
        'content-type': 'text/csv; charset=utf-8; header=present',
        'cache-control': 'no-store',
        ...(next && { 'x-next-cursor': next }),
      },
      body: csvOf(reply.csvRows, columnsOf(schema, reply.csvKeys ?? []), caller.merchant?.data.currency),
    };
  }
  if (reply.body === undefined) return { status: reply.status };
  return { ...jsonAnswer(reply.status, reply.body), ...(reply.unfinished && { unfinished: true }) };
};

const serve = async (service: Service, request: Request): Promise<Answer> => {
  const { operation, params } = operationOf(request);
  const caller = await authenticate(service, request, operation.route);
  refuseLargeBody(request);
  const now = service.clock();
  const scope = { owner: caller.keyId, route: operation.route.id, now };
  const run = async (seed: string | undefined): Promise<Answer> => {
    try {
      let made = 0;
      const call = {
        service,
        request,
        now,
        merchant: caller.merchant as Merchant,
        scopes: caller.scopes,
        params,
        ...parsed(operation, request),
        newId: (prefix, part) => (seed ? derivedId(prefix, seed, part ?? String(made++)) : newId(prefix)),
      } as Call;
      return answerOf(await operation.run(call), operation, request, caller);
    } catch (error) {
      return failureAnswer(service.log, request, error);
    }
  };
  return operation.route.scope === 'public' ? run(undefined) : answerOnce(service, request, scope, run);
};

/** The handler over a service. */
export const createApi = (service: Service) =>
  middy<GatewayEvent>()
    .use(securityHeaders())
    .handler(async (event) => {
      const request = requestOf(event);
      const answer = await serve(service, request).catch((error) => failureAnswer(service.log, request, error));
      return gatewayAnswer(answer, request);
    });

const opened = openedOnce('api', { baseUrl: true, rootKey: true, encryptionKey: true }, sdkMeans, createApi);

/** What Lambda calls. */
export const handler = async (event: GatewayEvent, context: never) => (await opened())(event, context);
