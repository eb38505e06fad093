// What a command is: words, options and the route it asks, as data; help and arguments are read off it.
import type { Route } from '../../lib/contracts/route.ts';
import type { Api, Row } from './api.ts';

export interface Option {
  /** The API's own name for it; on the command line the same in kebab-case. */
  readonly field: string;
  /** A `file` holds the value, `-` being standard input: secrets are no business of a command line. */
  readonly takes: 'text' | 'number' | 'list' | 'file' | 'nothing';
  /** What stands for the value in help. */
  readonly value?: string;
  readonly says: string;
  readonly required?: true;
}

export type Fields = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What a command runs with. */
export interface Session {
  readonly api: Api;
  /** The options given, by field. */
  readonly fields: Fields;
  readonly ids: readonly string[];
  /** Shows one answer: those fields of it in lines, or the answer as it is with --json. */
  readonly show: (row: Row, text: string, fields: readonly string[]) => void;
  /** Shows one of many answers, its fields in a line, likewise. */
  readonly showLine: Session['show'];
  /** Shows a list, likewise. */
  readonly showAll: (rows: readonly Row[], fields: readonly string[]) => void;
  /** A line for people, left out with --json. */
  readonly say: (line: string) => void;
  /** A line on standard error, which --json leaves alone. */
  readonly note: (line: string) => void;
}

export interface Command {
  readonly words: string;
  readonly summary: string;
  /** What it asks; says which key it needs. */
  readonly route: Route;
  /** Ids that follow the words: exactly one, or any number. */
  readonly ids?: 'one' | 'any';
  readonly options: readonly Option[];
  /** Does it; throws a fault. Settles with false when some of it was refused. */
  readonly run: (session: Session) => Promise<boolean>;
}

/** `--allowed-hosts` of `allowedHosts`; an option that takes a file says so in its name. */
export const optionName = ({ field, takes }: Pick<Option, 'field' | 'takes'>): string =>
  field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) + (takes === 'file' ? '-file' : '');
