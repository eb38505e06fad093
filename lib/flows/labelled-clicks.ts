// A day's clicks one by one, each with what it was found to be: by the rules and in the order that the day is counted.
import type { HitLabel } from '../domain/clicks/classify.ts';
import { clickSortKey, visitorStartOf } from '../domain/clicks/click-key.ts';
import { createLabeller } from '../domain/clicks/traffic.ts';
import type { Day } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { clicksOfShard, type StoredClick } from '../table/clicks.ts';
import type { StoredRecord } from '../table/records.ts';
import { hitJudges } from './hit-judges.ts';
import { oldestClick } from './journeys.ts';
import type { Service } from './service.ts';

interface LabelledClick {
  readonly click: StoredClick;
  readonly label: HitLabel;
  /** Where to go on after it. */
  readonly position: string;
}

/** Where a listing goes on: a shard, and the last click of it that was read. */
const placeIn = (position: string | undefined): { readonly shard: number; readonly after: string | undefined } => {
  const [shard = '0', after] = position?.split('|') ?? [];
  return { shard: Number(shard), after };
};

/**
 * Streams a day's clicks, shard by shard, by visitor and time. What goes on in the midst of a visitor reads its clicks from
 * the first one on, for a duplicate is one by those before it. Clicks no longer kept are left out, as they are from counts.
 */
export async function* labelledClicks(
  service: Service,
  merchant: StoredRecord<MerchantData>,
  day: Day,
  position: string | undefined,
): AsyncGenerator<LabelledClick> {
  const judges = hitJudges(merchant.data);
  const oldest = oldestClick(service, merchant);
  const start = placeIn(position);
  for (let shard = start.shard; shard < merchant.data.clickShards; shard++) {
    const after = shard === start.shard ? start.after : undefined;
    const labelOf = createLabeller(judges);
    const from = after === undefined ? undefined : visitorStartOf(after);
    for await (const clicks of clicksOfShard(service.table, merchant.id, day, shard, from)) {
      for (const click of clicks) {
        if (click.at < oldest) continue;
        const { label } = labelOf(click);
        const key = clickSortKey(click);
        if (after === undefined || key > after) yield { click, label, position: `${shard}|${key}` };
      }
    }
  }
}
