// The command line, read by the commands' declarations: which command, and what it is given.
import { parseArgs } from 'node:util';
import { type Command, type Fields, type Option, optionName } from './command.ts';
import { commands, SHARED_OPTIONS, sharedOptionsOf } from './commands.ts';
import { misuse, oneLine } from './fault.ts';
import { commandHelp, commandList, fullHelp } from './help.ts';

type Given = Readonly<Record<string, string | boolean | undefined>>;

export interface Arguments {
  readonly command: Command;
  readonly ids: readonly string[];
  /** By the option's name, as written. */
  readonly given: Given;
}

/** What is to be printed instead of doing anything: usage with a complaint, or help that was asked for. */
interface Instead {
  readonly help: string;
  readonly complaint?: string;
}

const parserOptions = (options: readonly Option[]) =>
  Object.fromEntries(
    options.map((option) => [
      optionName(option),
      { type: option.takes === 'nothing' ? ('boolean' as const) : ('string' as const) },
    ]),
  );

/** The words among the arguments, wherever options stand. */
const wordsOf = (args: readonly string[]): readonly string[] => {
  const options = parserOptions([...SHARED_OPTIONS, ...commands.flatMap((command) => command.options)]);
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true }).positionals;
};

const idsFault = ({ ids, words }: Command, given: readonly string[]): string | undefined => {
  if (ids === 'one' && given.length !== 1) return `${words} takes one id`;
  if (ids === undefined && given.length > 0) return `${words} takes no ${oneLine(given[0] ?? '')}`;
  return undefined;
};

const missing = (command: Command, given: Given): readonly string[] =>
  command.options
    .filter((one) => one.required && given[optionName(one)] === undefined)
    .map((one) => `--${optionName(one)}`);

const readFor = (command: Command, args: readonly string[]): Arguments | Instead => {
  try {
    const options = parserOptions([...command.options, ...sharedOptionsOf(command)]);
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    const given = values as Given;
    if (given.help) return { help: commandHelp(command) };
    const ids = positionals.slice(2);
    const absent = missing(command, given);
    const complaint = idsFault(command, ids) ?? (absent.length > 0 ? `${absent.join(', ')} missing` : undefined);
    return complaint === undefined ? { command, ids, given } : { help: commandHelp(command), complaint };
  } catch (error) {
    // Of Node's advice on options that begin with a dash only the finding is of use here.
    const [finding = ''] = (error as Error).message.split(/[.\n]/);
    return { help: commandHelp(command), complaint: finding };
  }
};

/** Reads the arguments after `npm run admin --`; the nearest usage where they make no command. */
export const readArguments = (args: readonly string[]): Arguments | Instead => {
  const words = wordsOf(args);
  const command = commands.find((one) => one.words === words.slice(0, 2).join(' '));
  if (command) return readFor(command, args);
  const group = commands.filter((one) => one.words.startsWith(`${words[0]} `));
  const help = group.length > 0 ? commandList(group) : fullHelp();
  if (args.includes('--help')) return { help };
  return {
    help,
    complaint: words.length === 0 ? 'No command' : `There is no command ${oneLine(words.slice(0, 2).join(' '))}`,
  };
};

const numberOf = (name: string, text: string): number => {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) throw misuse(`--${name} takes a number, not ${oneLine(text)}`);
  return number;
};

const fieldOf = async (option: Option, value: string | boolean, read: (path: string) => Promise<string>) => {
  if (typeof value === 'boolean') return value;
  if (option.takes === 'number') return numberOf(optionName(option), value);
  if (option.takes === 'list') return value.split(',').map((part) => part.trim());
  return option.takes === 'file' ? read(value) : value;
};

/** The command's own options as the API's fields; `read` gives what a file holds. */
export const fieldsOf = async (
  { command, given }: Arguments,
  read: (path: string) => Promise<string>,
): Promise<Fields> => {
  const fields: Record<string, Fields[string]> = {};
  for (const option of command.options) {
    const value = given[optionName(option)];
    if (value !== undefined) fields[option.field] = await fieldOf(option, value, read);
  }
  return fields;
};
