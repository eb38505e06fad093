// Why a command can't go on: what the operator is told, and the code that the process exits with.

export interface Fault extends Error {
  /** 2: the command was written wrongly, its usage helps; 1: anything else. */
  readonly exitCode: 1 | 2;
  /** The API's problem of which `message` is the readable form. */
  readonly problem?: { readonly code: string; readonly text: string };
}

const faultOf = (message: string, more: Pick<Fault, 'exitCode' | 'problem'>): Fault =>
  Object.assign(new Error(message), { name: 'Fault', ...more });

/** Something outside is not as the command needs it. */
export const fault = (message: string, problem?: Fault['problem']): Fault =>
  faultOf(message, { exitCode: 1, ...(problem && { problem }) });

/** The command itself is wrong. */
export const misuse = (message: string): Fault => faultOf(message, { exitCode: 2 });

export const isFault = (error: unknown): error is Fault => (error as Partial<Fault> | undefined)?.name === 'Fault';

/** Text of others as part of one line. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 500);
