// Plain values to and from DynamoDB's own JSON: {"S": "text"}, {"N": "1"} ...

/** A value as DynamoDB writes it: one attribute named after its type. */
export type AttributeValue = Readonly<Record<string, unknown>>;

export type AttributeValues = Readonly<Record<string, AttributeValue>>;

const recordOf = <From, To>(record: object, change: (value: From) => To): Record<string, To> => {
  const changed: Record<string, To> = {};
  for (const [name, value] of Object.entries(record)) if (value !== undefined) changed[name] = change(value);
  return changed;
};

/** One value; throws for what a table of ours never holds (sets, big integers, functions). */
const marshalled = (value: unknown): AttributeValue => {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number' && Number.isFinite(value)) return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { L: value.map(marshalled) };
  if (typeof value === 'object') return { M: recordOf(value, marshalled) };
  throw new TypeError(`DynamoDB holds no ${typeof value}`);
};

/** An item, a key or the values of an expression; what is undefined is left out. */
export const marshalledAll = (values: object): AttributeValues => recordOf(values, marshalled);

/** Back again; numbers as numbers, which money and instants fit into. */
const unmarshalled = (value: AttributeValue): unknown => {
  for (const [type, held] of Object.entries(value)) {
    if (type === 'S' || type === 'BOOL') return held;
    if (type === 'N') return Number(held);
    if (type === 'NULL') return null;
    if (type === 'B') return new Uint8Array(Buffer.from(held as string, 'base64'));
    if (type === 'L') return (held as AttributeValue[]).map(unmarshalled);
    if (type === 'M') return recordOf(held as object, unmarshalled);
  }
  throw new TypeError(`DynamoDB sent a type that is not known here: ${Object.keys(value)}`);
};

export const unmarshalledAll = (values: AttributeValues): Record<string, unknown> => recordOf(values, unmarshalled);
