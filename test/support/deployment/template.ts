// The stack as synthesised for a test: its template, its bundles in a folder outside the repository, its values filled in.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { configFrom } from '../../../infra/config.ts';
import { TributaryStack } from '../../../infra/stack.ts';
import type { Json } from '../http.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Json;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: Json }>>;
}

export interface Synthesised {
  readonly template: Template;
  readonly folder: string;
}

/** cdk.json's own context, without which the library behaves as it did years ago. */
const contextOfApp = (): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL('../../../cdk.json', import.meta.url), 'utf8')).context;

/**
 * Synthesises the stack as `npx cdk synth` does; throws when a check finds fault with it. Bundles take two seconds, and
 * are left out unless asked for.
 */
export const synthesised = (settings: Record<string, unknown> = {}, bundles = false): Synthesised => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-synth-'));
  const context = { ...contextOfApp(), ...settings, ...(!bundles && { 'aws:cdk:bundling-stacks': [] }) };
  const app = new App({ outdir: folder, context });
  const stack = new TributaryStack(app, configFrom({ ...contextOfApp(), ...settings }));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const template = app.synth().getStackByName(stack.stackName).template as Template;
  return { template, folder };
};

export const ofType = (template: Template, type: string): [id: string, resource: Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** What `Ref` and `Fn::GetAtt` stand for: a resource by its logical id, an attribute after a dot. */
export type Values = (reference: string) => string;

/** A part of a template with its references filled in. */
export const filledIn = (part: Json, values: Values): Json => {
  if (Array.isArray(part)) return part.map((one) => filledIn(one, values));
  if (typeof part !== 'object' || part === null) return part;
  const [[name, value] = ['', undefined], ...more] = Object.entries<Json>(part);
  if (more.length === 0 && name === 'Ref') return values(value);
  if (more.length === 0 && name === 'Fn::GetAtt') return values(value.join('.'));
  if (more.length === 0 && name === 'Fn::Join') return filledIn(value[1], values).join(value[0]);
  return Object.fromEntries(Object.entries<Json>(part).map(([key, one]) => [key, filledIn(one, values)]));
};
