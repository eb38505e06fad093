// An engine that a test switches off and on, as an outage of the table would.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { aDataFolder, freePort } from './server.ts';

const PROGRAM = new URL('./engine-program.ts', import.meta.url).pathname;

export interface EngineProcess {
  readonly endpoint: string;
  /** Takes connections and answers nothing until it is thawed. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Gone at once, as by SIGKILL. */
  readonly kill: () => Promise<void>;
  /** The same table on the same port. */
  readonly startAgain: () => Promise<void>;
}

/** Starts an engine on a folder and a port of its own. */
export const startEngineProcess = async (): Promise<EngineProcess> => {
  const [port, folder] = [await freePort(), join(aDataFolder(), 'table')];
  let child: ChildProcess;
  const start = async () => {
    child = spawn(process.execPath, [PROGRAM, String(port), folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await Promise.race([
      once(child.stdout as NodeJS.ReadableStream, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error('the engine did not start'))),
    ]);
  };
  await start();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    startAgain: start,
  };
};
