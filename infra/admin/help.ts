// Help and usage, made from the commands' own declarations.
import { type Command, type Option, optionName } from './command.ts';
import { commands, SHARED_OPTIONS, sharedOptionsOf } from './commands.ts';

const CALLED = 'npm run -s admin --';

const VALUES = { text: 'TEXT', number: 'NUMBER', list: 'A,B', file: 'FILE', nothing: '' } as const;

const written = (option: Option): string => `--${optionName(option)} ${option.value ?? VALUES[option.takes]}`.trimEnd();

const columns = (rows: readonly (readonly [string, string])[]): readonly string[] => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
};

const IDS = { one: ' ID', any: ' [ID ...]' } as const;

/** How a command is written: what it needs, and that there is more. */
const usageOf = (command: Command): string => {
  const needed = command.options.filter(({ required }) => required).map((option) => ` ${written(option)}`);
  return `${command.words}${command.ids ? IDS[command.ids] : ''}${needed.join('')} [options]`;
};

const keyOf = ({ route }: Command): string =>
  route.scope === 'root' ? 'the root key' : `a key of the merchant with the scope ${route.scope}`;

const optionRows = (options: readonly Option[]): readonly string[] =>
  columns(options.map((option) => [written(option), `${option.says}${option.required ? ' (required)' : ''}`]));

const WHERE = [
  'Where it asks: the local server at PORT, with the root key of ROOT_KEY or DATA_DIR/secrets.json; with --url or',
  'TRIBUTARY_URL that address, with the root key of TRIBUTARY_ROOT_KEY; with --stack the address and the root key',
  "(from Secrets Manager) of that stack. A merchant's own key is TRIBUTARY_KEY. --key - and --key-file come first.",
];

/** One command with all its options. */
export const commandHelp = (command: Command): string => {
  const { method, path } = command.route;
  const own = command.options.length > 0 ? ['', ...optionRows(command.options)] : [];
  return [
    `${CALLED} ${usageOf(command)}`,
    '',
    `${command.words}: ${command.summary}.`,
    `Asks ${method} ${path}, with ${keyOf(command)}.`,
    ...own,
    '',
    ...optionRows(sharedOptionsOf(command)),
    '',
    ...WHERE,
  ].join('\n');
};

/** Some commands, a line each. */
export const commandList = (some: readonly Command[]): string =>
  [`${CALLED} COMMAND [options]`, '', ...columns(some.map((one) => [one.words, one.summary]))].join('\n');

/** Everything there is. */
export const fullHelp = (): string =>
  [
    commandList(commands),
    '',
    ...optionRows(SHARED_OPTIONS),
    '',
    ...WHERE,
    '',
    `${CALLED} COMMAND --help shows a command's own options.`,
  ].join('\n');
