// Every access pattern there is, asked once of the example world.
import { clickPatterns } from './clicks.ts';
import { derivedPatterns } from './derived.ts';
import { entityPatterns } from './entities.ts';
import { erasurePatterns } from './erasures.ts';
import { factPatterns } from './facts.ts';
import { fxPatterns } from './fx-rates.ts';
import type { AccessPattern } from './pattern.ts';
import { type RecordedRequest, recordedTable } from './recorder.ts';
import { visitPatterns } from './visits.ts';
import type { World } from './world.ts';

export const accessPatterns: readonly AccessPattern[] = [
  ...entityPatterns,
  ...clickPatterns,
  ...factPatterns,
  ...fxPatterns,
  ...derivedPatterns,
  ...erasurePatterns,
  ...visitPatterns,
];

export interface AskedPattern {
  readonly pattern: AccessPattern;
  readonly requests: readonly RecordedRequest[];
}

/** Asks every question, one after the other, noting its requests. */
export const askAll = async (world: World): Promise<AskedPattern[]> => {
  const asked: AskedPattern[] = [];
  for (const pattern of accessPatterns) {
    const { table, requests } = recordedTable(world.service.table);
    await pattern.ask(table, world);
    asked.push({ pattern, requests });
  }
  return asked;
};
