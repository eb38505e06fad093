// Roll-ups: computing a merchant's days again, and how far that has come.
import { setTimeout as pause } from 'node:timers/promises';
import { reportRoutes } from '../../lib/contracts/reports.ts';
import type { Answered, Api } from './api.ts';
import type { Command, Session } from './command.ts';
import { fault } from './fault.ts';

const SHOWN = ['id', 'from', 'to', 'state', 'daysDone', 'createdAt', 'startedAt', 'finishedAt', 'error'];
const ASK_EVERY_MS = 500;
const LONGEST_WAIT_MS = 30 * 60_000;

const finished = async (api: Api, id: string): Promise<Answered> => {
  for (let waited = 0; waited < LONGEST_WAIT_MS; waited += ASK_EVERY_MS) {
    const answer = await api.call(reportRoutes.getRollup, { id });
    if (answer.row.state === 'done' || answer.row.state === 'failed') return answer;
    await pause(ASK_EVERY_MS);
  }
  throw fault(`${id} is not finished after half an hour; it goes on: rollup show ${id}`);
};

/** Shows it; false when it failed. */
const present = ({ show }: Session, { row, text }: Answered): boolean => {
  show(row, text, SHOWN);
  return row.state !== 'failed';
};

export const rollupCommands: readonly Command[] = [
  {
    words: 'rollup run',
    summary: 'compute days again, today included',
    route: reportRoutes.createRollup,
    options: [
      { field: 'from', takes: 'text', value: 'YYYY-MM-DD', required: true, says: "first day, the merchant's" },
      { field: 'to', takes: 'text', value: 'YYYY-MM-DD', required: true, says: 'last day' },
      { field: 'wait', takes: 'nothing', says: 'until it is finished (the key needs the scope read too)' },
    ],
    run: async (session) => {
      const { wait, ...body } = session.fields;
      const queued = await session.api.call(reportRoutes.createRollup, { body });
      if (!wait) return present(session, queued);
      session.note(`${queued.row.id} is queued; waiting`);
      return present(session, await finished(session.api, String(queued.row.id)));
    },
  },
  {
    words: 'rollup show',
    summary: 'show how far a roll-up has come',
    route: reportRoutes.getRollup,
    ids: 'one',
    options: [],
    run: async (session) =>
      present(session, await session.api.call(reportRoutes.getRollup, { id: session.ids[0] ?? '' })),
  },
];
