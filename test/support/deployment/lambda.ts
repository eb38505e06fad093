// A Lambda function of a bundle: environments as processes that serve one event at a time and are frozen in between.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const RUNTIME = fileURLToPath(new URL('lambda-runtime.ts', import.meta.url));

export interface LambdaSettings {
  readonly name: string;
  /** Where the bundle is; nothing else of ours is there. */
  readonly folder: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** The least level of a line that Lambda keeps. */
  readonly logLevel: string;
}

export interface Lambda {
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Everything it has logged. */
  readonly output: () => string;
  readonly close: () => void;
}

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** Lines as Lambda keeps them: one with neither a level nor a time of its own counts as INFO. */
const keptLines = (text: string, least: string): string =>
  text
    .split('\n')
    .filter((line) => {
      const told = line.startsWith('{') ? JSON.parse(line) : {};
      const level = told.timestamp && LEVELS.includes(told.level) ? told.level : 'INFO';
      return LEVELS.indexOf(level) >= LEVELS.indexOf(least);
    })
    .join('\n');

/** Environments at once, however many Lambda would open: two processors run no more of them faster. */
const MOST_ENVIRONMENTS = 4;

interface Environment {
  readonly child: ChildProcess;
  readonly run: (event: unknown) => Promise<unknown>;
}

const messageOf = <T>(child: ChildProcess, wanted: (message: Record<string, unknown>) => boolean): Promise<T> =>
  new Promise((resolve, reject) => {
    const done = (settle: () => void) => {
      child.off('message', heard);
      child.off('exit', gone);
      settle();
    };
    const heard = (message: unknown) => {
      const told = message as Record<string, unknown>;
      if (wanted(told)) done(() => resolve(told as T));
    };
    const gone = (code: number | null, signal: string | null) =>
      done(() => reject(new Error(`The environment ended (${code ?? signal})`)));
    child.on('message', heard);
    child.on('exit', gone);
  });

let runs = 0;

const openEnvironment = async (settings: LambdaSettings, log: (text: string) => void): Promise<Environment> => {
  const child = fork(RUNTIME, [settings.folder, settings.handler], {
    cwd: settings.folder,
    env: settings.environment,
    execArgv: [`--max-old-space-size=${settings.memoryMb}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => log(String(data)));
  await messageOf(child, ({ ready }) => ready === true);
  const run = async (event: unknown) => {
    runs += 1;
    const id = runs;
    child.kill('SIGCONT');
    child.send({ id, event, deadline: Date.now() + settings.timeoutMs });
    const late = setTimeout(() => child.kill('SIGKILL'), settings.timeoutMs);
    try {
      const told = await messageOf<{ answer?: unknown; error?: string }>(child, (message) => message.id === id);
      if (told.error !== undefined) throw new Error(told.error);
      return told.answer;
    } finally {
      clearTimeout(late);
      // Whatever the handler left running waits, as it would in Lambda, for an event that may never come.
      child.kill('SIGSTOP');
    }
  };
  return { child, run };
};

/** The function; its first environment opens with the first event. */
export const openLambda = (settings: LambdaSettings): Lambda => {
  const all = new Set<Environment>();
  const idle: Environment[] = [];
  const waiting: ((environment: Environment) => void)[] = [];
  let opening = 0;
  let output = '';
  const release = (environment: Environment) => {
    if (environment.child.exitCode !== null || environment.child.signalCode !== null)
      return void all.delete(environment);
    const next = waiting.shift();
    if (next) next(environment);
    else idle.push(environment);
  };
  const environment = async (): Promise<Environment> => {
    const warm = idle.pop();
    if (warm) return warm;
    if (all.size + opening >= MOST_ENVIRONMENTS) return new Promise((given) => waiting.push(given));
    opening += 1;
    try {
      const opened = await openEnvironment(settings, (text) => {
        output += text;
      });
      all.add(opened);
      return opened;
    } finally {
      opening -= 1;
    }
  };
  return {
    invoke: async (event) => {
      const taken = await environment();
      return taken.run(event).finally(() => release(taken));
    },
    output: () => keptLines(output, settings.logLevel),
    close: () => {
      for (const { child } of all) child.kill('SIGKILL');
    },
  };
};
