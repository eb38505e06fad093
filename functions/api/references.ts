// Finding what an id, or `ext_` and the caller's own id, refers to, and only ever within the caller's merchant.
import type { FieldError } from '../../lib/contracts/problems.ts';
import { refusal } from '../../lib/http/refusal.ts';
import { type RecordKind, recordByExternalId, recordById, type StoredRecord } from '../../lib/table/records.ts';
import type { Call } from './operation.ts';

/** What a reference leads to; undefined when there is no such thing of this merchant. */
const read = async <D>(call: Call, kind: RecordKind, reference: string): Promise<StoredRecord<D> | undefined> => {
  const { table } = call.service;
  const record = reference.startsWith('ext_')
    ? await recordByExternalId<D>(table, call.merchant.id, kind, reference.slice(4))
    : await recordById<D>(table, reference);
  return record && record.kind === kind && record.merchantId === call.merchant.id ? record : undefined;
};

const resolve = <D>(call: Call, kind: RecordKind, reference: string): Promise<StoredRecord<D> | undefined> => {
  const name = `${kind} ${reference}`;
  const known = call.resolved?.get(name) as Promise<StoredRecord<D> | undefined> | undefined;
  if (known) return known;
  const reading = read<D>(call, kind, reference);
  call.resolved?.set(name, reading);
  // A read that failed fails those who wait for it, not every later item too.
  reading.catch(() => call.resolved?.delete(name));
  return reading;
};

/** The entity a path names; 404 when it is not there or another merchant's, which look the same from outside. */
export const required = async <D>(call: Call, kind: RecordKind, reference: string): Promise<StoredRecord<D>> => {
  const record = await resolve<D>(call, kind, reference);
  if (!record) throw refusal('not_found', `There is no ${kind} ${reference.slice(0, 120)}`);
  return record;
};

/** The entity a body refers to; pushes a 422 error at `pointer` when it is not there. */
export const referred = async <D>(
  call: Call,
  kind: RecordKind,
  reference: string,
  pointer: string,
  errors: FieldError[],
): Promise<StoredRecord<D> | undefined> => {
  const record = await resolve<D>(call, kind, reference);
  if (!record) errors.push({ pointer, code: 'unknown_reference', message: `there is no ${kind} ${reference}` });
  return record;
};

/** The id a list's filter refers to; `none` matches nothing when there is no such thing. */
export const filterId = async (
  call: Call,
  kind: RecordKind,
  reference: string | undefined,
): Promise<string | undefined> =>
  reference === undefined ? undefined : ((await resolve(call, kind, reference))?.id ?? 'none');
