// Asking for an erasure: whom it is about, in hashes and ids, and what is still to do, kept before anything is promised.
import type { CustomerIdentity } from '../connectors/connector.ts';
import type { ErasureData } from '../domain/entities.ts';
import type { Person } from '../domain/person-in-body.ts';
import { deriveKey, hmac } from '../platform/crypto.ts';
import { enqueueErasure } from '../table/erasures.ts';
import { createRecord, recordById, type StoredRecord } from '../table/records.ts';
import { customerKeysOf } from './customer-keys.ts';
import type { NamedOrder } from './cut-order.ts';
import type { Service } from './service.ts';

export type Erasure = StoredRecord<ErasureData>;

/** What an erasure has still to do. Pages are done one after another, each safe to do again. */
export interface ErasurePlan {
  readonly record: Erasure;
  /**
   * named, find: note the orders, by what was named and by customers. cut: cut them. rest: what else is kept under the
   * customers. read: bodies of no known order. again: once more under the customers, when every delivery that was on its
   * way has ended.
   */
  readonly phase: 'named' | 'find' | 'cut' | 'rest' | 'read' | 'again';
  readonly orders: readonly NamedOrder[];
  /** Every key of the customer that was come upon; the first `done` of them are dealt with in this phase. */
  readonly customerKeys: readonly string[];
  readonly done: number;
  /** Where the phase goes on within what it is at. */
  readonly position?: string | undefined;
  /** Who is looked for in bodies that no order is known of: sealed with the plan, gone with it. */
  readonly sought: Person;
  /** Removed besides what was counted order by order. */
  readonly besides: { readonly bodies: number; readonly customerRecords: number };
}

/** Whom or what to erase. A customer's id is of a store; `orders` are ours. */
export interface Subject {
  readonly type: 'customer' | 'store';
  readonly storeId: string | null;
  readonly customer: CustomerIdentity;
  readonly orders: readonly NamedOrder[];
}

/** Who asked: the API, or a shop's event by its topic. */
export interface Asked {
  readonly id: string;
  readonly merchantId: string;
  readonly by: string;
  readonly eventId: string | null;
  /** When it is first taken up by the sweep: later, where the one who asks is at it already. */
  readonly dueAt: number;
}

/** Of whom a receipt tells: the same person gives the same again, and nothing stored is found by it. */
const subjectHashes = (service: Service, merchantId: string, customerKeys: readonly string[]): string[] => {
  const key = deriveKey(service.masterKey, 'erasure', merchantId);
  return customerKeys.map((one) => hmac(key, one).subarray(0, 15).toString('base64url'));
};

const NOTHING = { orders: 0, events: 0, bodies: 0, customerRecords: 0 };

/**
 * Asks for an erasure: once this is done, it will be carried out. Asking again under the same id is asking once. The plan
 * comes first, for it holds the record too.
 */
export const askErasure = async (service: Service, asked: Asked, subject: Subject): Promise<Erasure> => {
  const { id, merchantId, by, eventId, dueAt } = asked;
  const known = await recordById<ErasureData>(service.table, id);
  if (known) return known;
  const { type, storeId, customer, orders } = subject;
  // Without a store there is no id of the store's either.
  const customerKeys = customerKeysOf(service, merchantId, storeId ?? '', customer);
  const now = service.clock();
  const data: ErasureData = {
    by,
    state: 'running',
    subject: {
      type,
      hashes: subjectHashes(service, merchantId, customerKeys),
      orderIds: orders.map((order) => order.id),
    },
    storeId,
    eventId,
    finishedAt: null,
    removed: NOTHING,
  };
  const stamps = { createdAt: now, updatedAt: now, archivedAt: null, externalId: null, revision: 1 };
  const record: Erasure = { id, kind: 'erasure', merchantId, ...stamps, data };
  const orderExternalIds = orders.flatMap(({ identity }) => (identity ? [identity.externalId] : []));
  const plan: ErasurePlan = {
    ...{ record, phase: 'named', orders, customerKeys, done: 0 },
    sought: { email: customer.email, customerId: customer.platformId, orderExternalIds },
    besides: { bodies: 0, customerRecords: 0 },
  };
  await enqueueErasure(service.table, service.masterKey, id, dueAt, plan);
  await createRecord(service.table, record);
  return record;
};
