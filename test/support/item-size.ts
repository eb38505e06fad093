// What an item weighs and what reading or writing it costs, by DynamoDB's published rules.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html

const utf8 = (text: string) => Buffer.byteLength(text);

/** One byte for each two significant digits, one for the exponent, one for a minus sign. */
const numberBytes = (value: number): number => {
  const digits = value.toExponential().replace(/e.*$/, '').replace(/\D/g, '').replace(/0+$/, '');
  return Math.ceil(Math.max(1, digits.length) / 2) + 1 + (value < 0 ? 1 : 0);
};

const valueBytes = (value: unknown): number => {
  if (typeof value === 'string') return utf8(value);
  if (typeof value === 'number') return numberBytes(value);
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + 1 + valueBytes(one), 3);
  if (typeof value === 'object' && value !== null) return 3 + Object.keys(value).length + attributesBytes(value);
  return 1;
};

const attributesBytes = (item: object): number =>
  Object.entries(item)
    .filter(([, value]) => value !== undefined)
    .reduce((sum, [name, value]) => sum + utf8(name) + valueBytes(value), 0);

/** Bytes of an item: names and values in UTF-8; attributes that are undefined are not stored. */
export const itemBytes = (item: object): number => attributesBytes(item);

/** Read units of one request over so many bytes; a read that finds nothing costs as much as the smallest. */
export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);

/** Write units of an item that so far weighed `before` bytes (0 = it was not there), without indexes. */
export const writeUnits = (before: number, after: number): number =>
  Math.max(1, Math.ceil(Math.max(before, after) / 1024));
