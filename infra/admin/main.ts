// npm run admin: an operator's command line to the API, of the local server or of a deployed one.
import { createApi } from './api.ts';
import { type Arguments, fieldsOf, readArguments } from './arguments.ts';
import type { Session } from './command.ts';
import { type Fault, isFault, misuse } from './fault.ts';
import { commandHelp } from './help.ts';
import { readSecretFile } from './secret-file.ts';
import { recordLine, recordLines, tableLines } from './shown.ts';
import { keyFor, targetOf } from './target.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

/** The two ways to tell an answer. */
const tellers = (json: boolean): Pick<Session, 'show' | 'showLine' | 'showAll' | 'say' | 'note'> => ({
  show: (row, text, fields) => print(json ? text : recordLines(row, fields).join('\n')),
  showLine: (row, text, fields) => print(json ? text : recordLine(row, fields)),
  showAll: (rows, fields) =>
    print(json ? JSON.stringify({ data: rows, nextCursor: null }) : tableLines(rows, fields).join('\n')),
  say: (line) => (json ? undefined : print(line)),
  note: complain,
});

const perform = async (read: Arguments): Promise<number> => {
  const { command, given, ids } = read;
  const idempotencyKey = given['idempotency-key'] as string | undefined;
  if (!/^[\x21-\x7e]{1,200}$/.test(idempotencyKey ?? '-')) {
    throw misuse('--idempotency-key takes 1 to 200 plain characters, such as an earlier run told you');
  }
  const fields = await fieldsOf(read, readSecretFile);
  const target = await targetOf(given, process.env);
  const key = await keyFor(target, command.route.scope === 'root', given, process.env);
  const trace = given.verbose ? complain : () => undefined;
  trace(`${target.named}, ${target.url}, with the key ${key.from}`);
  const api = createApi({ url: target.url, key, idempotencyKey, trace });
  return (await command.run({ api, fields, ids, ...tellers(given.json === true) })) ? 0 : 1;
};

const tellFault = (error: Fault, { command, given }: Arguments): number => {
  complain(given.json && error.problem ? error.problem.text : error.message);
  if (error.exitCode === 2) complain(`\n${commandHelp(command)}`);
  return error.exitCode;
};

const run = async (args: readonly string[]): Promise<number> => {
  const read = readArguments(args);
  if ('help' in read) {
    if (read.complaint === undefined) print(read.help);
    else complain(`${read.complaint}\n\n${read.help}`);
    return read.complaint === undefined ? 0 : 2;
  }
  return perform(read).catch((error: unknown) => {
    if (isFault(error)) return tellFault(error, read);
    throw error;
  });
};

// Whoever reads the list may have read enough: `| head` is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// No process.exit: what is written to a pipe would be cut off.
process.exitCode = await run(process.argv.slice(2));
