// docs/operations.md: its settings are the stack's, its shell is shell, and the dangerous part does what it says.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { configFrom } from '../../infra/config.ts';
import { masterKeyFrom } from '../../lib/platform/master-key.ts';
import { synthesised } from '../support/deployment/template.ts';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const shell = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
const rows = [...page.matchAll(/^\| (`\w+`(?:, `\w+`)*) \| ([^|]+) \|/gm)].map(
  (match) => [[...(match[1] ?? '').matchAll(/\w+/g)].map(([name]) => name), (match[2] ?? '').trim()] as const,
);

const settingNames = (): string[] => {
  try {
    configFrom({ nothing: 1 });
    return [];
  } catch (error) {
    return /there are (.*)$/m.exec((error as Error).message)?.[1]?.split(', ') ?? [];
  }
};

describe('the settings', () => {
  const known = new Set(settingNames());
  const told = rows.filter(([names]) => names.every((name) => known.has(name)));

  it('are all there are', () => {
    expect(told.flatMap(([names]) => names).toSorted()).toEqual([...known].toSorted());
    expect(known.size).toBeGreaterThan(15);
  });

  it('have the defaults that are told', () => {
    const defaults = configFrom({}) as unknown as Record<string, unknown>;
    for (const [names, told] of rows.filter(([all]) => all.every((name) => known.has(name)))) {
      const values = told === 'none' ? names.map(() => 'undefined') : told.replaceAll('`', '').split(', ');
      expect([names, values]).toEqual([names, names.map((name) => String(defaults[name]))]);
    }
  });
});

describe('the outputs', () => {
  let outputs: string[];
  beforeAll(() => {
    outputs = Object.keys(
      synthesised({
        domainName: 'go.brand.com',
        certificateArn: `arn:aws:acm:eu-central-1:${'1'.repeat(12)}:certificate/0a`,
      }).template.Outputs,
    );
  });

  it('that are named are there', () => {
    const named = [...page.matchAll(/\$\(output (\w+)\)/g)].map((match) => match[1]);
    expect(named.length).toBeGreaterThan(4);
    for (const name of named) expect(outputs).toContain(name);
    for (const name of ['ApiUrl', 'AlarmTopicArn', 'DashboardName', 'ClickQueueUrl', 'DomainTarget']) {
      expect(page).toContain(`\`${name}\``);
      expect(outputs).toContain(name);
    }
    for (const name of ['Redirect', 'Webhook', 'Api', 'Rollup', 'Sweep']) expect(outputs).toContain(`${name}Function`);
  });
});

describe('the shell', () => {
  it('is shell', () => {
    expect(shell.length).toBeGreaterThan(6);
    for (const text of shell) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
      expect([text, status, stderr]).toEqual([text, 0, '']);
    }
  });

  it.each([
    ['one key, as it was made', randomBytes(32).toString('base64')],
    ['two', `2:${randomBytes(32).toString('base64')} 1:${randomBytes(32).toString('base64')}`],
  ])('changes an encryption key of %s in two steps, each of which opens what the other seals', (_what, before) => {
    const folder = mkdtempSync(join(tmpdir(), 'tributary-key-'));
    const secret = join(folder, 'secret');
    writeFileSync(secret, before);
    const change = shell.find((text) => text.includes('NEXT=')) ?? '';
    // Secrets Manager as a file; every value it was given in a line.
    const played = `
      output() { echo arn; }; restart() { :; }; sleep() { :; }
      aws() { case $2 in
        get-secret-value) tail -1 "${secret}";;
        put-secret-value) { printf '\\n'; cat; } >> "${secret}";;
      esac; }
      ${change}`;
    execFileSync('bash', ['-euo', 'pipefail', '-c', played]);
    const [first, added, changed] = readFileSync(secret, 'utf8')
      .split('\n')
      .map((text) => masterKeyFrom(text, []));
    expect(added?.version).toBe(first?.version);
    expect(changed?.version).toBe((first?.version ?? 0) + 1);
    expect(added?.others?.get(changed?.version ?? 0)).toEqual(changed?.key);
    expect(changed?.others?.get(first?.version ?? 0)).toEqual(first?.key);
    expect(changed?.identityKey).toEqual(first?.identityKey);
  });
});
