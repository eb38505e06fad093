// Whether a webhook body that could not be made an order of names a person: a search through whatever it says.

export interface Person {
  readonly email: string | null;
  /** The shop's own id of the customer. */
  readonly customerId: string | null;
  /** The shop's ids of the person's orders. */
  readonly orderExternalIds: readonly string[];
}

const folded = (text: string): string => text.normalize('NFKC').trim().toLowerCase();

/** Names under which shops put a customer's id, and an order's. */
const CUSTOMER_IDS = new Set(['customer_id', 'customerid', 'customer']);
const ORDER_IDS = new Set(['order_id', 'orderid', 'externalid', 'orderexternalid']);

/** Looks for the address on its own, not as the end of a longer one. */
const addressIn = (email: string | null): ((text: string) => boolean) => {
  const address = folded(email ?? '');
  if (address === '') return () => false;
  const literal = address.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const alone = new RegExp(
    `(?<![\\p{L}\\p{N}.!#$%&'*+/=?^_\`{|}~-])${literal}(?![\\p{L}\\p{N}-]|\\.[\\p{L}\\p{N}])`,
    'u',
  );
  return (text) => alone.test(folded(text));
};

const isIdOf = (name: string, within: string, value: string, person: Person): boolean => {
  const isCustomers = CUSTOMER_IDS.has(name) || (name === 'id' && within === 'customer');
  if (isCustomers && value === person.customerId) return true;
  const isOrders = ORDER_IDS.has(name) || (name === 'id' && (within === '' || within === 'order'));
  return isOrders && person.orderExternalIds.includes(value);
};

/**
 * Whether a body names the person: by address anywhere in it, by an id where shops put theirs. `body` is its JSON, numbers
 * as their text, or all of its text where it is no JSON.
 */
export const namesPerson = (body: unknown, person: Person): boolean => {
  const hasAddress = addressIn(person.email);
  const names = (value: unknown, name: string, within: string): boolean => {
    if (typeof value === 'string') return hasAddress(value) || isIdOf(name, within, value, person);
    if (Array.isArray(value)) return value.some((one) => names(one, name, within));
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(value).some(([key, inner]) => hasAddress(key) || names(inner, key.toLowerCase(), name));
  };
  return names(body, '', '');
};
