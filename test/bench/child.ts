// The bench's own child processes: Node on a file of the repository, ended with the bench at the latest.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const ROOT = new URL('../../', import.meta.url).pathname;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs Node with these arguments; what it prints is collected. */
export const startChild = (args: readonly string[]) => {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  let output = '';
  const ended = once(child, 'close').then(([code]: unknown[]) => {
    running.delete(child);
    return { code, output };
  });
  child.stdout.setEncoding('utf8').on('data', (data: string) => (output += data));
  /** The first line it prints; rejected when it ends without one. */
  const firstLine = new Promise<string>((found, failed) => {
    child.stdout.on('data', () => output.includes('\n') && found(output.slice(0, output.indexOf('\n'))));
    void ended.then(() => failed(new Error(`${args[0]} ended without a word`)));
  });
  // Whoever waits for the end alone has no use for the line.
  firstLine.catch(() => undefined);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { firstLine, ended, stop };
};

/** Runs Node to its end and gives what it printed; throws unless it ended well. */
export const outputOf = async (args: readonly string[]): Promise<string> => {
  const { code, output } = await startChild(args).ended;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return output;
};
