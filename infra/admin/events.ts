// Webhook events: what shops sent, what became of it, and applying it again.
import { webhookEventRoutes } from '../../lib/contracts/webhook-events.ts';
import type { Command, Option, Session } from './command.ts';
import { isFault, misuse } from './fault.ts';

const FILTERS: readonly Option[] = [
  { field: 'state', takes: 'text', value: 'failed', says: 'only those received, applied, ignored or failed' },
  { field: 'storeId', takes: 'text', value: 'ID', says: 'only those of one store' },
  { field: 'topic', takes: 'text', value: 'TOPIC', says: 'only those of one topic' },
  { field: 'reason', takes: 'text', value: 'REASON', says: 'only those that failed, or were ignored, for one reason' },
  { field: 'from', takes: 'text', value: 'DAY', says: 'only those received from a day on' },
  { field: 'to', takes: 'text', value: 'DAY', says: 'only those received until a day' },
];

/** Refusals of one event that say nothing about the next. */
const OF_THIS_ONE_ALONE = new Set(['not_found', 'conflict']);

const chosen = async ({ api, fields, ids }: Session): Promise<readonly string[]> => {
  if (ids.length > 0) {
    if (Object.keys(fields).length > 0) throw misuse('Name events or say --state, not both');
    return ids;
  }
  if (fields.state === undefined) throw misuse('Name the events, or say --state failed for every failed one');
  // All of them first: a replay changes what the list would go on with.
  const rows = await api.list(webhookEventRoutes.listEvents, fields);
  return rows.map(({ id }) => String(id));
};

/** Applies one again; what became of it, `refused` where it could not be tried. */
const replay = async ({ api, showLine, note }: Session, id: string): Promise<string> => {
  try {
    const { row, text } = await api.call(webhookEventRoutes.replayEvent, { id });
    showLine(row, text, ['id', 'topic', 'state', 'orderId', 'reason', 'detail']);
    return String(row.state);
  } catch (error) {
    if (!isFault(error) || !OF_THIS_ONE_ALONE.has(error.problem?.code ?? '')) throw error;
    note(`${id}: ${error.message}`);
    return 'refused';
  }
};

const replayAll = async (session: Session): Promise<boolean> => {
  const counts = new Map<string, number>();
  const ids = await chosen(session);
  for (const id of ids) {
    const outcome = await replay(session, id);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  const outcomes = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  session.say(`${ids.length} replayed${outcomes && `: ${outcomes}`}`);
  return !counts.has('failed') && !counts.has('refused');
};

export const eventCommands: readonly Command[] = [
  {
    words: 'event list',
    summary: 'list what shops sent, newest first',
    route: webhookEventRoutes.listEvents,
    options: FILTERS,
    run: async ({ api, fields, showAll }) => {
      const rows = await api.list(webhookEventRoutes.listEvents, fields);
      showAll(rows, ['id', 'receivedAt', 'storeId', 'topic', 'state', 'reason', 'orderId']);
      return true;
    },
  },
  {
    words: 'event replay',
    summary: 'apply events again: those named, or every one in a state; exits 1 unless all succeed',
    route: webhookEventRoutes.replayEvent,
    ids: 'any',
    options: FILTERS,
    run: replayAll,
  },
];
