// Pages of a list: filtered while streaming, continued by a signed cursor.
import { type CursorScope, cursorOf, positionOf } from '../../lib/http/cursor.ts';
import type { Call, Reply } from './operation.ts';

/** How many a page has, and a call works on, unless told otherwise. */
export const DEFAULT_LIMIT = 25;

type Row = Readonly<Record<string, unknown>>;

interface PageQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** What a list's cursor is bound to: route, caller and every filter but the page itself. */
export const cursorScope = (call: Call, route: string): CursorScope => {
  const { limit: _limit, cursor: _cursor, ...filters } = (call.query ?? {}) as PageQuery & Row;
  return { merchantId: call.merchant?.id ?? 'root', route, filters };
};

/** The position a request's cursor holds; undefined at the start of a list. */
export const startOf = (call: Call, scope: CursorScope): string | undefined => {
  const { cursor } = (call.query ?? {}) as PageQuery;
  return cursor === undefined ? undefined : positionOf(call.service.masterKey, scope, cursor, call.now);
};

/**
 * Answers one page: streams from where the cursor points, keeps what `keep` lets through, presents it.
 * @param stream gives items with their positions, starting after the position it is handed.
 */
export const page = async <T>(
  call: Call,
  route: string,
  stream: (position: string | undefined) => AsyncIterable<{ readonly item: T; readonly position: string }>,
  keep: (item: T) => boolean | Promise<boolean>,
  present: (items: readonly T[]) => readonly Row[] | Promise<readonly Row[]>,
): Promise<Reply> => {
  const scope = cursorScope(call, route);
  const limit = ((call.query ?? {}) as PageQuery).limit ?? DEFAULT_LIMIT;
  const found: { item: T; position: string }[] = [];
  let more = false;
  for await (const listed of stream(startOf(call, scope))) {
    if (!(await keep(listed.item))) continue;
    if (found.length === limit) {
      more = true;
      break;
    }
    found.push(listed);
  }
  const last = found.at(-1);
  const nextCursor = more && last ? cursorOf(call.service.masterKey, scope, last.position, call.now) : null;
  const data = await present(found.map(({ item }) => item));
  return { status: 200, body: { data, nextCursor }, csvRows: data };
};
