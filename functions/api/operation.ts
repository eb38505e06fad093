// What an operation of the management API is given and gives back; the shell around it is in functions/api.ts.
import type * as z from 'zod';
import type { Route } from '../../lib/contracts/route.ts';
import type { MerchantData, Scope } from '../../lib/domain/entities.ts';
import type { Service } from '../../lib/flows/service.ts';
import type { Answer } from '../../lib/http/answer.ts';
import type { Request } from '../../lib/http/request.ts';
import type { IdPrefix } from '../../lib/platform/ids.ts';
import type { StoredRecord } from '../../lib/table/records.ts';

export type Merchant = StoredRecord<MerchantData>;

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

export interface Call<R extends Route = Route> {
  readonly service: Service;
  readonly request: Request;
  readonly now: number;
  /** The caller's merchant; operations of the root key have none. */
  readonly merchant: Merchant;
  readonly scopes: readonly Scope[];
  readonly params: Readonly<Record<string, string>>;
  readonly query: Parsed<R['query']>;
  readonly body: Parsed<R['body']>;
  /** A new id; under an Idempotency-Key the same request gets the same one again. `part` tells several apart. */
  readonly newId: (prefix: IdPrefix, part?: string) => string;
  /** What references led to, where many items of one request share them; absent = each is read afresh. */
  readonly resolved?: Map<string, Promise<StoredRecord<unknown> | undefined>>;
}

/** A list or report gives its rows apart, so that they can leave as CSV. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly csvRows?: readonly Readonly<Record<string, unknown>>[];
  /** Columns of the CSV that not every answer of the route has, such as what a report is grouped by. */
  readonly csvKeys?: readonly string[];
  /** True when some of it failed for our own reasons, so that a repeat is to try again. */
  readonly unfinished?: boolean;
  /** A ready answer, for what is not JSON. */
  readonly answer?: Answer;
}

export interface Operation {
  readonly route: Route;
  readonly run: (call: Call) => Promise<Reply>;
}

/** Ties a route to the code that serves it, typed by the route's schemas. */
export const operation = <R extends Route>(route: R, run: (call: Call<R>) => Promise<Reply>): Operation => ({
  route,
  run: run as unknown as Operation['run'],
});
