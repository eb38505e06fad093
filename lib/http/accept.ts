// What a caller would rather have, from its Accept header (RFC 9110, section 12.5.1).

interface MediaRange {
  readonly type: string;
  /** 0 (not at all) to 1. */
  readonly quality: number;
  readonly place: number;
}

const qualityOf = (parameters: readonly string[]): number => {
  const given = parameters.map((text) => /^\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*$/i.exec(text)?.[1]).find(Boolean);
  return given === undefined ? 1 : Math.min(Number(given), 1);
};

const rangesOf = (accept: string): MediaRange[] =>
  accept.split(',').map((text, place) => {
    const [type = '', ...parameters] = text.split(';');
    return { type: type.trim().toLowerCase(), quality: qualityOf(parameters), place };
  });

/** The range that speaks for a type: the type itself before its kind before anything at all. */
const rangeFor = (ranges: readonly MediaRange[], type: string) => {
  const kind = `${type.split('/')[0]}/*`;
  const specific = [type, kind, '*/*'];
  for (const [i, wanted] of specific.entries()) {
    const range = ranges.find((one) => one.type === wanted);
    if (range) return { ...range, wildcards: i };
  }
  return { type, quality: 0, place: ranges.length, wildcards: specific.length };
};

/** True where one type is wanted more than the other: by quality, then by being named rather than meant by a `*`, then named first. */
export const prefers = (accept: string | undefined, wanted: string, other: string): boolean => {
  const ranges = rangesOf(accept ?? '');
  const [one, two] = [rangeFor(ranges, wanted), rangeFor(ranges, other)];
  if (one.quality !== two.quality) return one.quality > two.quality;
  if (one.quality === 0) return false;
  return one.wildcards === two.wildcards ? one.place < two.place : one.wildcards < two.wildcards;
};

/** True where CSV is wanted more than JSON. */
export const prefersCsv = (accept: string | undefined): boolean => prefers(accept, 'text/csv', 'application/json');
