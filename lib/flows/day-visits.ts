// A day's visits by link: what was told of them, held against the clicks that led to them.

import { classify } from '../domain/clicks/classify.ts';
import { type ClickPlace, clickSortKey } from '../domain/clicks/click-key.ts';
import type { Day } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { addFacts, type VisitFacts } from '../domain/visits/batch.ts';
import { figuresByLink, type LinkVisit, type VisitFigures, wasSeen } from '../domain/visits/count.ts';
import { hitsAt } from '../table/clicks.ts';
import type { StoredRecord } from '../table/records.ts';
import { visitsOfShard } from '../table/visits.ts';
import { mapAtOnce } from './at-once.ts';
import { hitJudges } from './hit-judges.ts';
import type { Service } from './service.ts';

const SHARDS_AT_ONCE = 8;

/** Batches of a day that are read at most: what one request has time for. */
const MOST_BATCHES = 50_000;

export interface DayVisits {
  readonly byLink: ReadonlyMap<string, VisitFigures>;
  /** What was told without a click: by those who ask not to be tracked. */
  readonly withoutClick: VisitFacts;
  /** False when there was more than one request has time to read. */
  readonly complete: boolean;
}

interface Told {
  readonly place: ClickPlace;
  readonly facts: VisitFacts;
}

interface ShardVisits {
  readonly byClick: ReadonlyMap<string, Told>;
  readonly withoutClick: VisitFacts;
  readonly complete: boolean;
}

const toldOfShard = async (service: Service, merchantId: string, day: Day, shard: number, most: number) => {
  const byClick = new Map<string, Told>();
  let withoutClick: VisitFacts = {};
  let read = 0;
  for await (const page of visitsOfShard(service.table, merchantId, day, shard)) {
    for (const { place, facts } of page) {
      if (place.visitor === null) withoutClick = addFacts(withoutClick, facts);
      else {
        const key = clickSortKey(place);
        byClick.set(key, { place, facts: addFacts(byClick.get(key)?.facts ?? {}, facts) });
      }
    }
    read += page.length;
    if (read >= most) return { byClick, withoutClick, complete: false };
  }
  return { byClick, withoutClick, complete: true };
};

/** Those whose click is there and that a person saw: whatever runs the script, a bot's click is none. */
const visitsOf = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  { byClick }: ShardVisits,
): Promise<LinkVisit[]> => {
  const told = [...byClick.entries()];
  const judges = hitJudges(merchant.data);
  const hits = await hitsAt(
    service.table,
    merchant.id,
    told.map(([, { place }]) => place),
  );
  return told.flatMap(([key, { place, facts }]) => {
    const hit = hits.get(key);
    if (!hit || place.visitor === null || !wasSeen(classify(hit, judges), facts)) return [];
    return [{ visitor: place.visitor, linkId: hit.linkId, facts }];
  });
};

/** A day's visits, computed from what was told: nothing of them is rolled up. */
export const visitsOfDay = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  day: Day,
): Promise<DayVisits> => {
  const shards = Array.from({ length: merchant.data.clickShards }, (_, shard) => shard);
  const most = MOST_BATCHES / shards.length;
  const told = await mapAtOnce(shards, SHARDS_AT_ONCE, (shard) => toldOfShard(service, merchant.id, day, shard, most));
  const visits = await mapAtOnce(told, SHARDS_AT_ONCE, (shard) => visitsOf(service, merchant, shard));
  return {
    byLink: figuresByLink(visits.flat()),
    withoutClick: told.map(({ withoutClick }) => withoutClick).reduce(addFacts, {}),
    complete: told.every(({ complete }) => complete),
  };
};
