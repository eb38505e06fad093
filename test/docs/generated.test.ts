// Documents that follow from the code are what the code says now, and every question to the table is among them.
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MeasuredCost, measuredCosts, unitsOf } from '../support/access/costs.ts';
import { disagreements } from '../support/access/pattern.ts';
import { type AskedPattern, accessPatterns, askAll } from '../support/access/patterns.ts';
import { exampleWorld, type World } from '../support/access/world.ts';
import { generatedDocuments } from '../support/generate.ts';

const ROOT = new URL('../../', import.meta.url);

/** The operations themselves, the keys and the table's shape: what entity modules are written in. */
const NOT_ENTITIES = ['table.ts', 'gathered-puts.ts', 'keys.ts', 'definition.ts'];

const asksTheTable = (value: unknown): boolean =>
  typeof value === 'function' && /^(async\s*)?(function\s*\*?\s*\w*)?\s*\(?\s*table\s*[,)=]/.test(String(value));

describe('a generated document', () => {
  it('is what would be generated now; `npm run generate` brings it up to date', async () => {
    for (const [path, wanted] of Object.entries(await generatedDocuments())) {
      expect([path, readFileSync(new URL(path, ROOT), 'utf8')]).toEqual([path, wanted]);
    }
    // The tables of docs/scale.md are simulated: seconds of a core, and more where others want it too.
  }, 120_000);
});

describe('the access patterns', () => {
  let world: World;
  let asked: AskedPattern[];
  beforeAll(async () => {
    world = await exampleWorld();
    asked = await askAll(world);
  });
  afterAll(() => world.close());

  it('name every function that asks the table something, and none that is gone', async () => {
    const modules = readdirSync(new URL('lib/table', ROOT)).filter((name) => !NOT_ENTITIES.includes(name));
    const names: string[] = [];
    for (const module of modules) {
      const exported: Record<string, unknown> = await import(new URL(`lib/table/${module}`, ROOT).pathname);
      const asking = Object.keys(exported).filter((name) => asksTheTable(exported[name]));
      names.push(...asking.map((name) => `${module.replace(/\.ts$/, '')}.${name}`));
    }
    expect(names.length).toBeGreaterThan(30);
    expect(accessPatterns.map(({ name }) => name).sort()).toEqual(names.sort());
  });

  it('are asked in the requests they declare: operation, key, index, consistency, condition', () => {
    expect(asked.flatMap(({ pattern, requests }) => disagreements(pattern, requests))).toEqual([]);
  });

  it('would not agree with other requests than those', () => {
    const pattern = accessPatterns.find(({ name }) => name === 'clicks.clickAt');
    const at = asked.find((one) => one.pattern === pattern)?.requests[0];
    if (!pattern || !at) throw new Error('clickAt is asked');
    expect(disagreements(pattern, [])).toHaveLength(1);
    for (const other of [
      { consistency: 'eventual' },
      { keys: ['ORD#1 / ORD'] },
      { operation: 'Query' },
      { index: 'listing' },
    ]) {
      expect(disagreements(pattern, [{ ...at, ...other } as typeof at])).not.toEqual([]);
    }
    expect(disagreements(pattern, [at, { ...at, operation: 'Put' }])).toHaveLength(1);
  });

  it('are the only way to the table: nothing that is deployed uses its operations from above lib/table', () => {
    const files = ['lib/flows', 'functions'].flatMap((folder) =>
      readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => `${folder}/${name}`),
    );
    const operations = /import \{([^}]*)\} from '[./]*\/(?:lib\/)?table\/table\.ts'/g;
    const used = files.flatMap((path) => {
      const names = [...readFileSync(new URL(path, ROOT), 'utf8').matchAll(operations)].flatMap(([, list = '']) =>
        list.split(','),
      );
      return names
        .map((name) => name.trim())
        .filter((name) => name !== '' && !/^(type |openTable$)/.test(name))
        .map((name) => `${path}: ${name}`);
    });
    expect(used).toEqual([]);
  });
});

/** Kinds of orders that others are led to by an item of their own. */
const WITH_A_POINTER = ['renewal', 'subscription-order', 'subscription-renewal', 'foreign-order'];

describe('what an event costs', () => {
  let world: World;
  beforeAll(async () => {
    world = await exampleWorld();
  });
  afterAll(() => world.close());

  let costs: readonly MeasuredCost[];
  const unitsFor = (id: string) => {
    const cost = costs.find((one) => one.id === id);
    return cost && unitsOf(cost.requests);
  };
  const shopEvents = () => costs.filter(({ bodyBytes }) => bodyBytes > 0);

  it('is measured for every kind of event', async () => {
    costs = await measuredCosts(world);
    const kinds = ['first-order-shopify', 'repeat', 'refund', 'first-order-standard', 'update', 'cancellation'];
    expect(costs.map(({ id }) => id)).toEqual([
      ...kinds,
      'guest-order',
      'chargeback',
      'renewal',
      'subscription-order',
      'subscription-renewal',
      'foreign-order',
      'click-cold',
      'click-warm',
    ]);
  });

  it('stays within what was promised: a click 1 WRU and half an RRU', () => {
    expect(unitsFor('click-cold')).toEqual({ readUnits: 0.5, writeUnits: 1, markUnits: 0 });
    expect(unitsFor('click-warm')).toEqual({ readUnits: 0, writeUnits: 1, markUnits: 0 });
  });

  it('stays within what was promised: an order event 6 WRU and 1 per kB of body, its days marked before', () => {
    for (const { bodyBytes, id, requests } of shopEvents()) {
      const { writeUnits, markUnits } = unitsOf(requests);
      expect([id, writeUnits - markUnits <= 6 + Math.ceil(bodyBytes / 1024)]).toEqual([id, true]);
    }
  });

  it('stays within it with every mark it may have to write, but for small orders: a new customer’s, of a subscription, and of another currency', () => {
    const over = shopEvents().filter(({ bodyBytes, requests }) => {
      return unitsOf(requests).writeUnits > 6 + Math.ceil(bodyBytes / 1024);
    });
    expect(over.map(({ id }) => id)).toEqual(['first-order-standard', ...WITH_A_POINTER]);
    expect(unitsFor('first-order-standard')).toMatchObject({ writeUnits: 8, markUnits: 1 });
    for (const id of WITH_A_POINTER) expect(unitsFor(id)).toMatchObject({ writeUnits: 8, markUnits: 1 });
  });
});
