// docs/operations.md: its settings are the stack's, its shell is shell, and the dangerous part does what it says.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { configFrom } from '../../infra/config.ts';
import { masterKeyFrom } from '../../lib/platform/master-key.ts';
import { synthesised } from '../support/deployment/template.ts';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const SCRIPT = fileURLToPath(new URL('../../infra/operations.sh', import.meta.url));
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
    for (const text of [...shell, readFileSync(SCRIPT, 'utf8')]) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
      expect([text, status, stderr]).toEqual([text, 0, '']);
    }
  });

  it('knows every function that is named', () => {
    const known = [...readFileSync(SCRIPT, 'utf8').matchAll(/^(\w+)\(\)/gm)].map((match) => match[1]);
    for (const name of ['change_root_key', 'change_encryption_key', 'restore_table', 'output', 'log']) {
      expect(known).toContain(name);
      expect(page).toContain(name);
    }
  });
});

describe('changing the encryption key', () => {
  /** Secrets Manager as a file with every value it was given in a line; `fails` makes one of its calls fail. */
  const changed = (before: string, fails = 'nothing', call = 'change_encryption_key') => {
    const folder = mkdtempSync(join(tmpdir(), 'tributary-key-'));
    const secret = join(folder, 'secret');
    writeFileSync(secret, before);
    const played = `cd "${folder}"; . "${SCRIPT}"
      sleep() { echo slept >> order; }
      aws() { case "$1 $2" in
        *" ${fails}") return 1;;
        'cloudformation describe-stacks') echo "the-$7";;
        'secretsmanager get-secret-value') tail -1 "${secret}";;
        'secretsmanager put-secret-value') { printf '\\n'; cat; } >> "${secret}"; echo put >> order;;
        'lambda update-function-configuration') echo update >> order;;
        'lambda wait') echo waited >> order;;
      esac; }
      ${fails === 'openssl' ? 'openssl() { return 1; }' : ''}
      ${call}`;
    const { status } = spawnSync('bash', ['-c', played], { encoding: 'utf8' });
    const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []);
    const kept = readdirSync(folder).find((name) => name.startsWith('encryption-key.'));
    return { status, values: read(secret), order: read(join(folder, 'order')), kept: kept && read(join(folder, kept)) };
  };
  const [one, two] = [1, 2].map(() => randomBytes(32).toString('base64'));

  it.each([
    ['one key, as it was made', String(one)],
    ['two', `2:${two} 1:${one}`],
  ])('of %s takes two steps, each of which opens what the other seals', (_what, before) => {
    const { status, values, order, kept } = changed(before);
    expect(status).toBe(0);
    const [first, added, last] = values.map((text) => masterKeyFrom(text, []));
    expect(values).toHaveLength(3);
    expect(added?.version).toBe(first?.version);
    expect(last?.version).toBe((first?.version ?? 0) + 1);
    expect(added?.others?.get(last?.version ?? 0)).toEqual(last?.key);
    expect(last?.others?.get(first?.version ?? 0)).toEqual(first?.key);
    expect(last?.identityKey).toEqual(first?.identityKey);
    expect(kept).toEqual([before]);
    const restarted = Array.from({ length: 5 }, () => ['update', 'waited']).flat();
    expect(order).toEqual(['put', ...restarted, 'slept', 'put', ...restarted]);
  });

  // In a list or a condition bash takes no failure for the end of anything by itself.
  const calls = [
    'change_encryption_key',
    'change_encryption_key && true',
    'if change_encryption_key; then true; else false; fi',
  ];

  it.each(
    calls.flatMap((call) => [
      ['get-secret-value', 0, call] as const,
      ['describe-stacks', 0, call] as const,
      ['openssl', 0, call] as const,
      ['update-function-configuration', 1, call] as const,
      ['wait', 1, call] as const,
    ]),
  )('stops where %s fails after %i changes, before a key is used that not all know: %s', (fails, puts, call) => {
    const { status, values } = changed(String(one), fails, call);
    expect(status).not.toBe(0);
    expect(values).toHaveLength(1 + puts);
    expect(masterKeyFrom(values.at(-1) ?? '', [])?.version).toBe(1);
  });

  it('touches nothing where the secret holds no key', () => {
    expect(changed('None')).toMatchObject({ values: ['None'], kept: undefined });
  });
});

describe('restoring the table', () => {
  const restored = (instant: string, fails = 'nothing') => {
    const played = `. "${SCRIPT}"
      sleep() { :; }
      aws() { case "$1 $2" in
        *" ${fails}") return 1;;
        'cloudformation describe-stacks') echo Tributary-Table;;
        'dynamodb describe-table') return 1;;
        'dynamodb describe-time-to-live') echo DISABLED;;
        *) echo "$2" >&2;;
      esac; }
      restore_table "${instant}"`;
    return spawnSync('bash', ['-c', played], { encoding: 'utf8' });
  };

  it('names a table by the instant, and sets again what a restore leaves behind', () => {
    const { status, stdout, stderr } = restored('2026-11-26T09:30:00Z');
    expect(status).toBe(0);
    expect(stdout).toContain('"restoredTable": "Tributary-Table-at-20261126T093000"');
    expect(stderr.split('\n').filter((line) => line && line !== 'wait')).toEqual([
      'restore-table-to-point-in-time',
      'update-table',
      'update-time-to-live',
      'update-continuous-backups',
    ]);
  });

  it.each([
    'describe-stacks',
    'restore-table-to-point-in-time',
    'wait',
    'update-table',
    'update-time-to-live',
    'update-continuous-backups',
  ])('says nothing of deploying where %s fails', (fails) => {
    const { status, stdout } = restored('2026-11-26T09:30:00Z', fails);
    expect(status).not.toBe(0);
    expect(stdout).not.toContain('restoredTable');
  });

  it('asks for an instant it can read', () => {
    expect(restored('yesterday').status).toBe(2);
  });
});
