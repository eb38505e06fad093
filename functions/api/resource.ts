// The six operations of a managed entity, from its routes and the few functions that differ.
import { ExternalId } from '../../lib/contracts/fields.ts';
import type { FieldError } from '../../lib/contracts/problems.ts';
import type { resourceRoutes } from '../../lib/contracts/resource.ts';
import { invalid, isRefusal, refusal } from '../../lib/http/refusal.ts';
import { parseInto, refuseErrors } from '../../lib/http/validate.ts';
import type { IdPrefix } from '../../lib/platform/ids.ts';
import {
  createRecord,
  type RecordKind,
  recordByExternalId,
  recordsOf,
  replaceRecord,
  type StoredRecord,
} from '../../lib/table/records.ts';
import { iso } from './instants.ts';
import { page } from './lists.ts';
import { type Call, type Operation, operation } from './operation.ts';
import { required } from './references.ts';

type Routes = ReturnType<typeof resourceRoutes>;

export interface Resource<D, Body, Patch, Query> {
  readonly routes: Routes;
  readonly kind: RecordKind;
  readonly prefix: IdPrefix;
  /** The stored part of a body; pushes what is wrong. `existing` when a PUT replaces. */
  readonly build: (call: Call, body: Body, errors: FieldError[], existing: D | undefined, id: string) => Promise<D>;
  readonly change: (call: Call, data: D, patch: Patch, errors: FieldError[], id: string) => Promise<D>;
  readonly present: (call: Call, record: StoredRecord<D>) => Record<string, unknown>;
  readonly filter: (call: Call, query: Query) => Promise<(record: StoredRecord<D>) => boolean>;
  /** Writes a new record under its unique names; the default has none besides the id. */
  readonly create?: (call: Call, record: StoredRecord<D>, body: Body) => Promise<StoredRecord<D>>;
  /** What comes before a change is written, such as claiming names; gives what is left to do once it is. */
  readonly beforeChange?: (call: Call, record: StoredRecord<D>, next: D) => Promise<() => Promise<void>>;
  /** Fields shown once, on creation. */
  readonly shownOnce?: (call: Call, record: StoredRecord<D>) => Record<string, unknown>;
  /** Streams candidates for a list when an index knows better than the listing. */
  readonly lookup?: (call: Call, query: Query) => Promise<StoredRecord<D>[] | undefined>;
}

/** What every entity's answer carries. */
export const stamps = (record: StoredRecord<unknown>) => ({
  id: record.id,
  externalId: record.externalId,
  createdAt: iso(record.createdAt),
  updatedAt: iso(record.updatedAt),
  archivedAt: iso(record.archivedAt),
});

/** A new record of the caller's merchant. */
export const freshRecord = <D>(
  call: Call,
  kind: RecordKind,
  id: string,
  externalId: string | null,
  data: D,
): StoredRecord<D> => ({
  id,
  kind,
  merchantId: call.merchant.id,
  createdAt: call.now,
  updatedAt: call.now,
  archivedAt: null,
  externalId,
  revision: 1,
  data,
});

/** Writes a record that has no unique name but perhaps an externalId. */
const createPlainly = async <D>(call: Call, record: StoredRecord<D>): Promise<StoredRecord<D>> => {
  const outcome = await createRecord(call.service.table, record);
  if (!outcome.ok) throw refusal('external_id_taken', `externalId ${record.externalId} is taken`);
  return record;
};

const ATTEMPTS = 5;

/** Changes a record by `change`, again from the newest revision when somebody else was faster. */
export const updateRecord = async <D>(
  call: Call,
  read: () => Promise<StoredRecord<D>>,
  change: (record: StoredRecord<D>) => Promise<Partial<StoredRecord<D>>>,
): Promise<StoredRecord<D>> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const record = await read();
    const next = { ...record, ...(await change(record)), updatedAt: call.now };
    if (await replaceRecord(call.service.table, next)) return { ...next, revision: next.revision + 1 };
  }
  throw refusal('conflict', 'Others keep changing this; try again');
};

/** A body without `undefined` in it: what the caller left out stays as it is. */
export const given = <P extends object>(patch: P): Partial<P> =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<P>;

/** The caller's own id in the path of a PUT. */
const ownIdOf = (reference: string): string => {
  if (!reference.startsWith('ext_')) throw refusal('not_found', 'PUT takes ext_ and your own id');
  const errors: FieldError[] = [];
  const externalId = parseInto(ExternalId, reference.slice(4), errors, '/id');
  refuseErrors(errors);
  return externalId as string;
};

/** The operations of a resource. */
export const resourceOperations = <D, Body, Patch, Query>(resource: Resource<D, Body, Patch, Query>): Operation[] => {
  const { routes, kind, prefix, present } = resource;
  const create = resource.create ?? createPlainly;
  const once = resource.shownOnce ?? (() => ({}));

  const make = async (call: Call, body: Body, externalId: string | null) => {
    const errors: FieldError[] = [];
    const id = call.newId(prefix);
    const data = await resource.build(call, body, errors, undefined, id);
    refuseErrors(errors);
    return create(call, freshRecord(call, kind, id, externalId, data), body);
  };
  const changed = async (
    call: Call,
    reference: string,
    change: (data: D, errors: FieldError[], id: string) => Promise<D>,
  ) => {
    let finish: (() => Promise<void>) | undefined;
    const record = await updateRecord<D>(
      call,
      () => required<D>(call, kind, reference),
      async (current) => {
        const errors: FieldError[] = [];
        const data = await change(current.data, errors, current.id);
        refuseErrors(errors);
        finish = await resource.beforeChange?.(call, current, data);
        return { data, archivedAt: current.archivedAt };
      },
    );
    await finish?.();
    return record;
  };

  return [
    operation(routes.create, async (call) => {
      const body = call.body as Body & { externalId?: string | null };
      const record = await make(call as Call, body, body.externalId ?? null);
      return { status: 201, body: { ...present(call as Call, record), ...once(call as Call, record) } };
    }),
    operation(routes.list, async (call) => {
      const query = call.query as Query & { archived?: boolean };
      const passes = await resource.filter(call as Call, query);
      const looked = await resource.lookup?.(call as Call, query);
      const archived = query.archived ?? false;
      const keep = (record: StoredRecord<D>) => (record.archivedAt !== null) === archived && passes(record);
      return page(
        call as Call,
        routes.list.id,
        async function* (position) {
          if (looked) {
            const after = looked.findIndex(({ id }) => id === position) + 1;
            for (const item of looked.slice(after)) yield { item, position: item.id };
          } else {
            const owner = { merchantId: call.merchant.id, kind };
            for await (const listed of recordsOf<D>(call.service.table, owner, position)) {
              yield { item: listed.record, position: listed.position };
            }
          }
        },
        keep,
        (records) => records.map((record) => present(call as Call, record)),
      );
    }),
    operation(routes.get, async (call) => {
      const record = await required<D>(call as Call, kind, call.params.id as string);
      return { status: 200, body: present(call as Call, record) };
    }),
    operation(routes.patch, async (call) => {
      const patch = given(call.body as object) as Patch;
      const record = await changed(call as Call, call.params.id as string, (data, errors, id) =>
        resource.change(call as Call, data, patch, errors, id),
      );
      return { status: 200, body: present(call as Call, record) };
    }),
    operation(routes.put, async (call) => {
      const externalId = ownIdOf(call.params.id as string);
      const { externalId: repeated, ...body } = call.body as Body & { externalId?: string | null };
      if (repeated != null && repeated !== externalId) {
        throw invalid('/externalId', 'not_the_one_in_the_path', `must be ${externalId}, as in the path`);
      }
      const there = () => recordByExternalId(call.service.table, call.merchant.id, kind, externalId);
      for (let attempt = 0; !(await there()); attempt++) {
        try {
          const record = await make(call as Call, body as Body, externalId);
          return { status: 201, body: { ...present(call as Call, record), ...once(call as Call, record) } };
        } catch (error) {
          // Somebody else is making the same one at this moment: theirs is what this request then replaces.
          const lost = isRefusal(error) && error.code === 'external_id_taken';
          if (!lost || attempt === ATTEMPTS) throw error;
          await new Promise((done) => setTimeout(done, 20 * 2 ** attempt));
        }
      }
      const record = await changed(call as Call, `ext_${externalId}`, (data, errors, id) =>
        resource.build(call as Call, body as Body, errors, data, id),
      );
      return { status: 200, body: present(call as Call, record) };
    }),
    operation(routes.archive, async (call) => {
      const read = () => required<D>(call as Call, kind, call.params.id as string);
      if ((await read()).archivedAt === null)
        await updateRecord<D>(call as Call, read, async () => ({ archivedAt: call.now }));
      return { status: 204 };
    }),
  ];
};
