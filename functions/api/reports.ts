// Roll-ups by hand, and the performance report.
import { reportRoutes } from '../../lib/contracts/reports.ts';
import { addDays, countDays } from '../../lib/domain/days.ts';
import type { RollupData } from '../../lib/domain/entities.ts';
import { answerTo, apart, familiesRead, groupsAsked, type ReportAsked } from '../../lib/domain/narrow-dimensions.ts';
import { presentFigures, reconcile, rowsOf } from '../../lib/domain/performance.ts';
import { todayOf } from '../../lib/flows/compute-day.ts';
import { readDays } from '../../lib/flows/read-days.ts';
import { cursorOf } from '../../lib/http/cursor.ts';
import { invalid } from '../../lib/http/refusal.ts';
import { createRecord, type StoredRecord } from '../../lib/table/records.ts';
import { enqueueRollup } from '../../lib/table/rollup-queue.ts';
import { iso } from './instants.ts';
import { cursorScope, startOf } from './lists.ts';
import { keyFields, namesFor } from './names.ts';
import { type Call, operation } from './operation.ts';
import { filterId, required } from './references.ts';
import { freshRecord } from './resource.ts';

/** Three years and a bit: longer ranges are asked for in parts. */
const LONGEST_RANGE_DAYS = 1_100;

/** Refuses a range that runs backwards or is too long to answer at once. */
export const checkRange = (from: string, to: string, pointer: string): void => {
  if (to < from) throw invalid(`${pointer}/to`, 'ends_before_start', 'must not be before from');
  if (countDays(from, to) > LONGEST_RANGE_DAYS) {
    throw invalid(`${pointer}/to`, 'range_too_long', `must be within ${LONGEST_RANGE_DAYS} days of from`);
  }
};

const presentRollup = ({ id, createdAt, data }: StoredRecord<RollupData>) => ({
  id,
  from: data.from,
  to: data.to,
  state: data.state,
  daysDone: data.daysDone,
  createdAt: iso(createdAt),
  startedAt: iso(data.startedAt),
  finishedAt: iso(data.finishedAt),
  error: data.error,
});

const createRollup = operation(reportRoutes.createRollup, async (call) => {
  const { from, to } = call.body;
  checkRange(from, to, '');
  // The caller's today may be the merchant's tomorrow, never later.
  if (to > addDays(todayOf(call.service, call.merchant), 1)) {
    throw invalid('/to', 'in_the_future', 'must not be after today');
  }
  const data: RollupData = { from, to, state: 'queued', startedAt: null, finishedAt: null, daysDone: 0, error: null };
  const record = freshRecord(call as Call, 'rollup', call.newId('rup'), null, data);
  await createRecord(call.service.table, record);
  await enqueueRollup(call.service.table, record.id, call.now);
  // Queued is queued: the sweep hands it over when this could not.
  await call.service
    .handOver({ rollupId: record.id })
    .catch((error) => call.service.log.error('roll-up left in the queue', { rollupId: record.id, error }));
  return { status: 202, body: presentRollup(record) };
});

const getRollup = operation(reportRoutes.getRollup, async (call) => ({
  status: 200,
  body: presentRollup(await required<RollupData>(call as Call, 'rollup', call.params.id as string)),
}));

type PerformanceQuery = Call<typeof reportRoutes.performance>['query'];

/** What is asked, with the ids that references stand for; refused where no row could answer it. */
const askedIn = async (call: Call, query: PerformanceQuery): Promise<ReportAsked> => {
  const { basis = 'booked', groupBy = ['creator'] } = query;
  checkRange(query.from, query.to, '/query');
  const { sku, productId, collection, customerType, country, channel } = query;
  const narrow = { sku, productId, collection, customerType, country, channel };
  const both = apart(groupBy, { ...narrow, storeId: query.storeId });
  if (both) {
    const message = `${both[0]} and ${both[1]} can't be combined, whether grouped by or filtered on`;
    throw invalid('/query/groupBy', 'not_combinable', message);
  }
  const filter = {
    creatorId: await filterId(call, 'creator', query.creatorId),
    campaignId: await filterId(call, 'campaign', query.campaignId),
    storeId: await filterId(call, 'store', query.storeId),
    ...narrow,
  };
  return { groupBy, basis, filter };
};

const performance = operation(reportRoutes.performance, async (call) => {
  const { service, merchant, query } = call;
  const { from, to, model = 'direct' } = query;
  const asked = await askedIn(call as Call, query);
  const { basis, groupBy, filter } = asked;
  const answer = answerTo(asked);
  const { days, ...currency } = await readDays(service, merchant, from, to, familiesRead(answer));
  const names = await namesFor(service.table, rowsOf(days, answer.families), groupBy);
  const { groups, totals } = groupsAsked(days, asked, answer, names);

  const scope = cursorScope(call as Call, reportRoutes.performance.id);
  const start = Number(startOf(call as Call, scope) ?? 0);
  const end = query.limit === undefined ? groups.length : start + query.limit;
  const data = groups
    .slice(start, end)
    .map((group) => ({ ...names.beside(group.key), ...presentFigures(group, answer.shown) }));
  const body = {
    from,
    to,
    timeZone: merchant.data.timeZone,
    currency: merchant.data.currency,
    model,
    basis,
    ...currency,
    data,
    nextCursor: end < groups.length ? cursorOf(service.masterKey, scope, String(end), call.now) : null,
    totals: presentFigures(totals, answer.shown),
    reconciliation: reconcile(days, basis, filter.storeId),
  };
  return { status: 200, body, csvRows: data, csvKeys: keyFields(groupBy) };
});

export const reportOperations = [createRollup, getRollup, performance];
