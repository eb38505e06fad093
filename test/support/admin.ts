// The operator's command line as a process of its own, in an environment that holds nothing but what a test gives it.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

const ROOT = new URL('../../', import.meta.url).pathname;
const LONGEST_RUN_MS = 25_000;

export interface AdminRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AdminOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Runs `npm run admin -- ...args` to its end. */
export const runAdmin = async (
  args: readonly string[],
  { env = {}, stdin = '' }: AdminOptions = {},
): Promise<AdminRun> => {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, ['infra/admin/main.ts', ...args], {
    cwd: ROOT,
    env: { PATH, ...env },
    timeout: LONGEST_RUN_MS,
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
};
