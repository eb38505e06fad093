// Secrets from where a process list and a shell's history don't show them: a file, or standard input.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fault } from './fault.ts';

/** The secret in a file, - being standard input; throws one line that names the file and never what is in it. */
export const readSecretFile = async (path: string): Promise<string> => {
  const named = path === '-' ? 'standard input' : path;
  const held = await (path === '-' ? text(process.stdin) : readFile(path, 'utf8')).catch((error: Error) => {
    throw fault(`${named} can't be read: ${error.message}`);
  });
  const secret = held.trim();
  if (secret === '') throw fault(`${named} is empty`);
  return secret;
};
