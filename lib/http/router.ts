// Which route a path is of, as API Gateway would match it: fixed segments before variables.
import type { Route } from '../contracts/route.ts';

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

const segmentsOf = (path: string): string[] => path.split('/').slice(1);

const isVariable = (segment: string) => segment.startsWith('{');

/** Percent-decoding as API Gateway does it: what can't be decoded stays as it is. */
const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

const paramsOf = (pattern: readonly string[], actual: readonly string[]): Record<string, string> | undefined => {
  if (pattern.length !== actual.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, segment] of pattern.entries()) {
    const given = actual[i] ?? '';
    if (isVariable(segment)) {
      if (given === '') return undefined;
      params[segment.slice(1, -1)] = decoded(given);
    } else if (segment !== given) return undefined;
  }
  return params;
};

/** Compiles the table into a matcher; more fixed segments win, as on API Gateway. */
export const createRouter = (routes: readonly Route[]) => {
  const compiled = routes
    .map((route) => ({ route, segments: segmentsOf(route.path) }))
    .sort((a, b) => a.segments.filter(isVariable).length - b.segments.filter(isVariable).length);
  return (method: string, path: string): RouteMatch | undefined => {
    const actual = segmentsOf(path);
    for (const { route, segments } of compiled) {
      if (route.method !== method) continue;
      const params = paramsOf(segments, actual);
      if (params) return { route, params };
    }
    return undefined;
  };
};
