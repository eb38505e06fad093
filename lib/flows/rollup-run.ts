// A run's hold on the roll-up it works at: it writes how far it is, and lets go once another run has taken over.
import { isDeepStrictEqual } from 'node:util';
import type { RollupData } from '../domain/entities.ts';
import { recordById, replaceRecord, type StoredRecord } from '../table/records.ts';
import type { Service } from './service.ts';

type Rollup = StoredRecord<RollupData>;

/** A sign of life at least this often, well before anybody takes the run for dead. */
const SIGN_OF_LIFE_MS = 30_000;
/** How often, in real time, a run looks whether one is due: a single day may take minutes. */
const LOOK_MS = 1_000;

export interface RollupRun {
  /** Writes what has changed; false once another run has taken over, for good. */
  readonly note: (change: Partial<RollupData>) => Promise<boolean>;
  /** Notes how many days are done, every ten of them or when a sign of life is due. */
  readonly noteDays: (daysDone: number) => Promise<boolean>;
  /** Ends the signs of life. */
  readonly end: () => void;
}

/** Equal as stored, where what is undefined is not kept. */
const sameData = (a: RollupData, b: RollupData) =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));

/** The record as changed; undefined when another run has written it since. */
const written = async (service: Service, rollup: Rollup, change: Partial<RollupData>): Promise<Rollup | undefined> => {
  const next = { ...rollup, updatedAt: service.clock(), data: { ...rollup.data, ...change } };
  const after = { ...next, revision: next.revision + 1 };
  if (await replaceRecord(service.table, next)) return after;
  // A request whose answer was lost is repeated, and refused because of what it wrote itself the first time.
  const stored = await recordById<RollupData>(service.table, rollup.id);
  return stored?.revision === after.revision && sameData(stored.data, after.data) ? after : undefined;
};

/**
 * Takes a roll-up up under the name `runner`; undefined when another run was faster. From then on a sign of life is
 * written by the service's clock, whatever the run is busy with, until it is ended.
 */
export const takeUp = async (service: Service, rollup: Rollup, runner: string): Promise<RollupRun | undefined> => {
  const start = { state: 'running', startedAt: service.clock(), finishedAt: null, error: null } as const;
  let held = await written(service, rollup, { ...start, runner });
  if (!held) return undefined;
  let last: Promise<unknown> = Promise.resolve();
  // One write after another, each over the revision of the one before.
  const inTurn = (change: (held: Rollup) => Partial<RollupData> | undefined): Promise<boolean> => {
    const turn = last.then(async () => {
      const due = held && change(held);
      if (held && due) held = await written(service, held, due);
      return held !== undefined;
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  const isDue = ({ updatedAt }: Rollup) => service.clock() - updatedAt >= SIGN_OF_LIFE_MS;
  const signs = setInterval(() => {
    // One that fails is followed by the next; the run itself meets the same trouble soon enough.
    inTurn((current) => (isDue(current) ? {} : undefined)).catch(() => undefined);
  }, LOOK_MS).unref();
  return {
    note: (change) => inTurn(() => change),
    noteDays: (daysDone) => inTurn((current) => (daysDone % 10 === 0 || isDue(current) ? { daysDone } : undefined)),
    end: () => clearInterval(signs),
  };
};
