// docs/metrics.md names every figure, every reason and every kind that the API answers with.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emptyTraffic } from '../../lib/domain/report-rows.ts';
import { openApiDocument } from '../../lib/http/openapi.ts';

type Json = ReturnType<typeof JSON.parse>;

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** What the first columns of the page's tables explain: `a`, and `a.b` also as b. */
const explained = new Set(
  [...read('docs/metrics.md').matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([\w.]+)`/g)].flatMap(([, name = '']) => [name, name.split('.').at(-1) ?? '']),
  ),
);
const page = read('docs/metrics.md');
const unexplained = (names: readonly string[]): string[] => names.filter((name) => !explained.has(name));

const schemas = (openApiDocument() as Json).components.schemas;

/** Texts of the unions of string literals whose names end so, in a source. */
const literalsOf = (source: string, ending: string): string[] =>
  [...source.matchAll(new RegExp(`^type \\w*${ending} =([^;]*);`, 'gm'))].flatMap(([, union = '']) =>
    [...union.matchAll(/'(\w+)'/g)].map(([, literal = '']) => literal),
  );

describe('the page on figures', () => {
  it.each([
    [
      'PerformanceRow',
      /^(creator|campaign|link|code|store)(Id|Name|Slug)$|^(code|placement|platform|sizeTier|day|week|month)$/,
    ],
    ['RoiRow', /^(creator|campaign)(Id|Name)$|^value$/],
  ])('explains every figure of a %s', (name, keys) => {
    const figures = Object.keys(schemas[name].properties).filter((field) => !keys.test(field));
    expect(figures.length).toBeGreaterThan(10);
    expect(unexplained(figures)).toEqual([]);
  });

  it('explains every part of value, every type of cost and what reconciles them', () => {
    const { costs, value } = schemas.RoiRow.properties;
    expect(unexplained(Object.keys(value.properties))).toEqual([]);
    for (const type of Object.keys(costs.properties))
      expect([type, page.includes(`\`${type}\``)]).toEqual([type, true]);
    expect(unexplained(Object.keys(schemas.RoiReport.properties.reconciliation.properties))).toEqual([]);
  });

  it('explains every kind of hit that is no click', () => {
    expect(unexplained(Object.keys(emptyTraffic().excludedClicks))).toEqual([]);
  });

  it('has a sentence on every reason of a touch and of an order that is nobody’s', () => {
    const source = read('lib/domain/attribution/direct.ts');
    const reasons = literalsOf(source, 'Reason');
    expect(reasons.length).toBeGreaterThan(12);
    expect(unexplained([...reasons, 'no_touch'])).toEqual([]);
    const states: string[] = schemas.Order.properties.state.enum;
    expect(unexplained(states.filter((state) => state !== 'paid').map((state) => `order_${state}`))).toEqual([]);
    for (const reason of reasons) expect(JSON.stringify(schemas.OrderAttribution)).toContain(reason);
  });
});
