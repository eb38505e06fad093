// Clicks the table did not take in time, on one machine: lines of files in a folder, until the sweep has stored them.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClickQueue, QueuedClick } from '../../lib/platform/click-queue.ts';

const MOST_AT_ONCE = 10;

/** A file is read whole: with so many it has some megabytes. */
const LINES_A_FILE = 10_000;

const isWhole = (line: string): boolean => {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    // Cut off by the end of the process that wrote it: nobody was told that it is safe.
    return false;
  }
};

const filesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => /^\d{8}\.ndjson$/.test(name))
    .sort();

interface Waiting {
  readonly line: string;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Appends lines to one file after another, and says so once they are on the disk; those that come meanwhile go together. */
const createAppender = (folder: string) => {
  let number = Number.parseInt(filesIn(folder).at(-1) ?? '0', 10);
  let file: { readonly name: string; readonly handle: FileHandle; lines: number } | undefined;
  let waiting: Waiting[] = [];
  let isWriting = false;
  let group: Promise<void> | undefined;
  /** A file that is being read: what comes goes into another. */
  let ended: string | undefined;
  const close = async () => {
    const ended = file;
    file = undefined;
    await ended?.handle.close();
  };
  const opened = async () => {
    if (file && (file.lines >= LINES_A_FILE || file.name === ended)) await close();
    if (!file) {
      number += 1;
      const name = `${String(number).padStart(8, '0')}.ndjson`;
      file = { name, handle: await open(join(folder, name), 'a', 0o600), lines: 0 };
    }
    return file;
  };
  const writeAll = async (lines: readonly Waiting[]): Promise<void> => {
    try {
      const current = await opened();
      current.lines += lines.length;
      await current.handle.appendFile(lines.map(({ line }) => `${line}\n`).join(''));
      await current.handle.datasync();
      for (const { done } of lines) done();
    } catch (error) {
      // What may have been written of them would run into the next line.
      await close().catch(() => undefined);
      for (const { failed } of lines) failed(error);
    }
  };
  const write = async (): Promise<void> => {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      group = writeAll(lines);
      await group;
    }
    isWriting = false;
  };
  return {
    append: (line: string): Promise<void> =>
      new Promise((done, failed) => {
        waiting.push({ line, done, failed });
        void write();
      }),
    /**
     * Ends a file if it is the one that is written to: nothing is added to it any more. Only the group under way is
     * waited for, since while the table is away there may always be another.
     */
    end: async (name: string): Promise<void> => {
      ended = name;
      await group;
      if (file?.name === name) await close();
    },
  };
};

interface Taken {
  readonly text: string;
  given: boolean;
}

/**
 * The queue in a folder. The oldest file is taken whole and removed once all of it is stored; what could not be stored
 * is written to the newest first, when all that was given out has come back. A crash in between gives a click out twice:
 * it is one click.
 */
export const openClickFiles = (folder: string): ClickQueue => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const appender = createAppender(folder);
  const inHand = new Map<string, Taken>();
  let taken: string | undefined;
  /** Receipts of clicks whose remover has not come back yet. */
  let away = 0;
  let turn: Promise<unknown> = Promise.resolve();
  /** One at a time: taking, giving out and putting back must not cross. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
  const letGo = (): void => {
    const file = taken;
    // First: a file that can't be removed is taken again then, and its clicks are stored twice, which is once.
    taken = undefined;
    inHand.clear();
    if (file !== undefined) rmSync(join(folder, file), { force: true });
  };
  /** Writes what is left in hand to the newest file. What can't be written there, on a full disk, is given out again. */
  const putBack = async (): Promise<void> => {
    const failures: unknown[] = [];
    const put = async ([receipt, click]: [string, Taken]): Promise<void> => {
      try {
        await appender.append(click.text);
        inHand.delete(receipt);
      } catch (error) {
        click.given = false;
        failures.push(error);
      }
    };
    await Promise.all([...inHand].map(put));
    if (failures.length > 0) throw failures[0];
  };
  const takeOldest = async (): Promise<void> => {
    const [oldest] = filesIn(folder);
    if (oldest === undefined) return;
    await appender.end(oldest);
    const lines = readFileSync(join(folder, oldest), 'utf8').split('\n').filter(isWhole);
    taken = oldest;
    for (const [i, text] of lines.entries()) inHand.set(`${oldest}:${i}`, { text, given: false });
    if (lines.length === 0) letGo();
  };
  const give = (): QueuedClick[] =>
    [...inHand]
      .filter(([, click]) => !click.given)
      .slice(0, MOST_AT_ONCE)
      .map(([receipt, click]) => {
        click.given = true;
        return { text: click.text, receipt };
      });
  return {
    keepsForEver: true,
    send: (text) => appender.append(text),
    receive: () =>
      inTurn(async () => {
        if (taken === undefined) await takeOldest();
        const given = give();
        if (given.length > 0) away += 1;
        return given;
      }),
    remove: (clicks) =>
      inTurn(async () => {
        for (const { receipt } of clicks) inHand.delete(receipt);
        away -= 1;
        if (away > 0 || ![...inHand.values()].every(({ given }) => given)) return;
        await putBack();
        letGo();
      }),
  };
};
