// The real server as a process of its own, started on a folder and stopped by signal; tests reach it over HTTP alone.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = new URL('../../', import.meta.url).pathname;
const LONGEST_START_MS = 30_000;
const LONGEST_STOP_MS = 20_000;

/** How a process ended: `code` is null when a signal ended it. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export interface StartOptions {
  /** Which of package.json's scripts; default: `start`. */
  readonly script?: 'start' | 'start:small';
  /** Default: a fresh folder, removed at the end of the test process. */
  readonly dataDir?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Where a server is and who may do everything there. */
export interface Reachable {
  readonly base: string;
  readonly rootKey: string;
}

export interface RunningServer extends Reachable {
  readonly dataDir: string;
  readonly pid: number;
  /** Until it said that it listens, in ms. */
  readonly startedMs: number;
  /** Everything it has printed so far. */
  readonly output: () => string;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Settles when the process is gone. */
  readonly ended: Promise<Ended>;
  /** Signals and waits. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ended>;
}

const leftBehind = new Set<ChildProcess>();
const folders = new Set<string>();
process.once('exit', () => {
  for (const child of leftBehind) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own that goes with the test process. */
export const aDataFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-'));
  folders.add(folder);
  return folder;
};

/** A port nobody listened on a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((found, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => found(port));
    });
  });

/** What node is given by a script of package.json: `NAME=value node --flag file`. */
const givenBy = (script: string) => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const words: readonly string[] = scripts[script].split(' ');
  const node = words.indexOf('node');
  return { env: Object.fromEntries(words.slice(0, node).map((word) => word.split('='))), args: words.slice(node + 1) };
};

const launch = ({ script = 'start', dataDir = aDataFolder(), args = ['--empty'], env = {} }: StartOptions) => {
  const { NODE_OPTIONS: _options, VITEST: _vitest, ...own } = process.env;
  const given = givenBy(script);
  const child = spawn(process.execPath, [...given.args, ...args], {
    cwd: ROOT,
    env: {
      ...own,
      ...given.env,
      PORT: '0',
      HOST: '',
      BASE_URL: '',
      ROOT_KEY: '',
      DYNAMODB_ENDPOINT: '',
      DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  leftBehind.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const ended = new Promise<Ended>((done) => {
    child.once('close', (code, signal) => {
      leftBehind.delete(child);
      done({ code, signal, output });
    });
  });
  return { child, dataDir, ended, output: () => output };
};

const within = <T>(ms: number, promise: Promise<T>, otherwise: () => Error): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(otherwise()), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/** Runs the server expecting it to end by itself, as it must with settings it can't start with. */
export const startAndEnd = (options: StartOptions = {}): Promise<Ended> => {
  const { child, ended, output } = launch(options);
  return within(LONGEST_START_MS, ended, () => {
    child.kill('SIGKILL');
    return new Error(`The server kept running: ${output()}`);
  });
};

/** Starts the server and waits until it says where it listens. */
export const startServer = async (options: StartOptions = {}): Promise<RunningServer> => {
  const rootKey = options.env?.ROOT_KEY ?? `root_${randomUUID()}`;
  const begun = performance.now();
  const { child, dataDir, ended, output } = launch({ ...options, env: { ...options.env, ROOT_KEY: rootKey } });
  const listening = new Promise<string>((found, failed) => {
    const look = () => {
      const url = /listening on (http:\S+)/.exec(output())?.[1];
      if (url) found(url);
    };
    child.stdout.on('data', look);
    ended.then((end) => failed(new Error(`The server did not start (${end.code}): ${end.output}`)));
  });
  const base = await within(LONGEST_START_MS, listening, () => {
    child.kill('SIGKILL');
    return new Error(`The server did not start in time: ${output()}`);
  });
  return {
    base,
    rootKey,
    dataDir,
    pid: child.pid as number,
    startedMs: performance.now() - begun,
    output,
    ended,
    signal: (signal) => void child.kill(signal),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return within(LONGEST_STOP_MS, ended, () => {
        child.kill('SIGKILL');
        return new Error(`The server did not stop: ${output()}`);
      });
    },
  };
};

/** A server that may not be ours: then its folder and output are not to be looked into. */
export interface ServerUnderTest extends Reachable {
  readonly stop: () => Promise<unknown>;
  readonly dataDir?: string;
  readonly output?: () => string;
}

/** The server to test: the one `TRIBUTARY_URL` and `TRIBUTARY_ROOT_KEY` name, else one of its own on an empty folder. */
export const aServer = async (): Promise<ServerUnderTest> => {
  const { TRIBUTARY_URL: url, TRIBUTARY_ROOT_KEY: rootKey } = process.env;
  if (url && rootKey) return { base: url.replace(/\/+$/, ''), rootKey, stop: async () => undefined };
  return startServer();
};
