// What every shop platform's file gives: is the request really the shop's, which event is it, what does it say.
import type { OrderEvent, OrderSnapshot } from '../domain/orders/events.ts';

/** Header names are lower-case. */
export type Headers = Readonly<Record<string, string | undefined>>;

export interface Delivery {
  readonly headers: Headers;
  /** The body exactly as sent: signatures are over these bytes. */
  readonly raw: Uint8Array;
}

/** The customer as the shop names them; hashed before anything is stored. */
export interface CustomerIdentity {
  readonly platformId: string | null;
  readonly email: string | null;
}

/** A snapshot as a connector gives it: with the customer still in clear, in memory only. */
export type ConnectorSnapshot = Omit<OrderSnapshot, 'customerKeys'> & { readonly customer: CustomerIdentity };
export type ConnectorOrderEvent = ConnectorSnapshot | Exclude<OrderEvent, OrderSnapshot>;

/** What a shop asks for that is about no single order: the privacy topics, and an app that was removed. */
export type ShopRequest =
  | {
      readonly type: 'erase_customer' | 'customer_data';
      readonly customer: CustomerIdentity;
      /** The shop's ids of the orders it names, erased whatever customer they are known under. */
      readonly orderExternalIds: readonly string[];
    }
  | { readonly type: 'erase_store' | 'uninstalled' };

/** What a delivery turned out to be. `reason` is stable snake_case, `detail` a sentence for people. */
export type Normalised =
  | { readonly outcome: 'order'; readonly orderExternalId: string; readonly event: ConnectorOrderEvent }
  | { readonly outcome: 'request'; readonly request: ShopRequest }
  | { readonly outcome: 'ignored'; readonly reason: string; readonly detail: string }
  | { readonly outcome: 'failed'; readonly reason: string; readonly detail: string };

interface EventIdentity {
  readonly topic: string;
  /** The shop's id of the event: the same over repeats. */
  readonly eventId: string;
}

export interface NormaliseOptions {
  /** When the delivery reached us, for payloads that carry no time of their own. */
  readonly receivedAt: number;
  /** The store's own domain, to refuse another shop's payload. */
  readonly storeDomain: string;
  /** ISO 4217 code assumed for a payload that names no currency (an old or hand-made refund); else that fails. */
  readonly merchantCurrency?: string;
  /** Minor-unit exponent of an ISO 4217 currency, undefined when there is no such currency. */
  readonly exponentOf: (currency: string) => number | undefined;
}

export interface Connector {
  /** True when one of the secrets signed exactly these bytes. Constant time; never throws. `now` in ms. */
  readonly verify: (delivery: Delivery, secrets: readonly string[], now: number) => boolean;
  /** What `verify` looks for, as the sender of a delivery that is refused needs to know it. No value of it. */
  readonly signedBy: string;
  /** True for exactly what the platform sends, unsigned, to see whether we are there: answered, and nothing more. */
  readonly ping?: (delivery: Delivery) => boolean;
  /** Which event this is, from headers and, where the platform puts it there, the body. Never throws. */
  readonly identify: (delivery: Delivery) => EventIdentity;
  /** What the event says. Never throws: what can't be understood is `failed` with its reason. */
  readonly normalise: (delivery: Delivery, options: NormaliseOptions) => Normalised;
}
