// What the flows ask of the table, measured on the real ones over the embedded engine, the index included.
import { runNight } from '../../lib/flows/night.ts';
import type { Service } from '../../lib/flows/service.ts';
import { sweep } from '../../lib/flows/sweep.ts';
import { type MeasuredCost, measuredCosts, unitsOf } from '../support/access/costs.ts';
import { type AskedPattern, askAll } from '../support/access/patterns.ts';
import { type RecordedRequest, recordedTable } from '../support/access/recorder.ts';
import { exampleWorld } from '../support/access/world.ts';
import { handlersOf, testApi } from '../support/http.ts';
import { aMerchant } from '../support/world.ts';

/** Units of one operation, and how many requests it took. */
export interface Units {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly requests: number;
}

/** An event of a shop or a click, with what it leaves in the table. */
export interface EventUnits extends Units {
  readonly title: string;
  /** Of the body as sent; 0 for a click. */
  readonly bodyBytes: number;
  /** The part of its write units that marks days; a busy shop's events share it for 20 seconds. */
  readonly markUnits: number;
  /** Items that stay, without bodies, which go after two weeks. */
  readonly keptItems: number;
  readonly keptBytes: number;
}

/** A job's units as a constant part and one for each merchant. */
export interface JobUnits {
  readonly fixed: Units;
  readonly perMerchant: Units;
}

export interface MeasuredUnits {
  readonly events: readonly EventUnits[];
  readonly asked: readonly AskedPattern[];
  /** The hour that closes the day of merchants nothing happened to, any other hour, and a sweep. */
  readonly closingHour: JobUnits;
  readonly idleHour: JobUnits;
  readonly sweep: JobUnits;
  /** A month of an idle merchant, with its key checked and the names read. */
  readonly report: Units;
}

const HOUR_MS = 3_600_000;

const counted = (requests: readonly RecordedRequest[]): Units => {
  const { writeUnits, readUnits } = unitsOf(requests);
  return { writeUnits, readUnits, requests: requests.length };
};

const eventUnits = ({ title, bodyBytes, requests }: MeasuredCost): EventUnits => {
  const writes = requests.flatMap((request) => request.writes).filter(({ key }) => !key.startsWith('RAW#'));
  const kept = new Map(writes.map(({ key, bytes }) => [key, bytes]));
  const keptBytes = [...kept.values()].reduce((sum, bytes) => sum + bytes, 0);
  const { markUnits } = unitsOf(requests);
  return { title, bodyBytes, ...counted(requests), markUnits, keptItems: kept.size, keptBytes };
};

/** Runs jobs over a service of so many merchants that nothing ever happens to. */
const jobsOver = async (merchants: number) => {
  const api = await testApi();
  try {
    const owners = [];
    for (let i = 0; i < merchants; i++) owners.push(await aMerchant(api));
    const { table, requests } = recordedTable(api.service.table);
    const service: Service = { ...api.service, table };
    const unitsFor = async (work: () => Promise<unknown>): Promise<Units> => {
      requests.length = 0;
      await work();
      return counted(requests);
    };
    api.clock.advance(24 * HOUR_MS);
    const closingHour = await unitsFor(() => runNight(service));
    api.clock.advance(HOUR_MS);
    const idleHour = await unitsFor(() => runNight(service));
    const swept = await unitsFor(() => sweep(service));
    api.clock.advance(29 * 24 * HOUR_MS);
    await runNight(service);
    const { key } = owners[0] ?? {};
    const query = { from: '2026-11-20', to: '2026-12-19' };
    const call = () => handlersOf(service).call('GET', '/v1/reports/performance', { ...(key && { key }), query });
    return { closingHour, idleHour, sweep: swept, report: await unitsFor(call) };
  } finally {
    await api.close();
  }
};

const FEW = 1;
const MORE = 11;

/** What ten merchants more add, a tenth of it each; the rest is the job's own. */
const split = (few: Units, more: Units): JobUnits => {
  const each = (name: keyof Units) => (more[name] - few[name]) / (MORE - FEW);
  const part = (of: (name: keyof Units) => number): Units => ({
    writeUnits: of('writeUnits'),
    readUnits: of('readUnits'),
    requests: of('requests'),
  });
  return { perMerchant: part(each), fixed: part((name) => few[name] - FEW * each(name)) };
};

/** Asks everything once. Takes some seconds. */
export const measureUnits = async (): Promise<MeasuredUnits> => {
  const world = await exampleWorld();
  try {
    const asked = await askAll(world);
    const events = (await measuredCosts(world)).map(eventUnits);
    const [few, more] = [await jobsOver(FEW), await jobsOver(MORE)];
    return {
      ...{ events, asked, report: few.report },
      closingHour: split(few.closingHour, more.closingHour),
      idleHour: split(few.idleHour, more.idleHour),
      sweep: split(few.sweep, more.sweep),
    };
  } finally {
    await world.close();
  }
};
