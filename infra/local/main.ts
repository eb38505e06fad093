// npm start: the whole service on one machine, with a demo merchant on an empty folder.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../lib/platform/clock.ts';
import { openClickFiles } from './click-files.ts';
import { type Engine, startEngine, useEngine } from './engine.ts';
import { keyLine } from './key-line.ts';
import { keepPort } from './port.ts';
import { startLocalServer } from './server.ts';
import { type LocalSettings, localSettings, secretsPathOf } from './settings.ts';

const print = (line: string) => console.log(line);

const openEngine = async (settings: LocalSettings): Promise<Engine> => {
  const { dynamodbEndpoint: endpoint } = settings;
  if (endpoint) {
    return useEngine(endpoint).catch((error: NodeJS.ErrnoException) => {
      throw new Error(`DYNAMODB_ENDPOINT ${endpoint} can't be reached: ${error.message || error.code || error.name}`);
    });
  }
  return startEngine(join(settings.dataDir, 'table'));
};

/** A demo cut short is wiped and filled afresh: half of it would only puzzle. */
const needsDemo = async (settings: LocalSettings): Promise<boolean> => {
  const unfinished = join(settings.dataDir, 'demo-unfinished');
  const table = join(settings.dataDir, 'table');
  if (settings.dynamodbEndpoint) return false;
  if (existsSync(unfinished)) {
    // Opened first: whoever is still filling it in has it locked, and must not lose it.
    await (await startEngine(table)).close();
    rmSync(table, { recursive: true, force: true });
    rmSync(unfinished);
  }
  return !settings.empty && !existsSync(table);
};

/** Where the keys are; an API key's one showing is past, so from the second start on the command for another. */
const printKeys = async (settings: LocalSettings, engine: Engine, url: string, shown: boolean): Promise<void> => {
  const inEnvironment = Boolean(process.env.ROOT_KEY);
  const path = secretsPathOf(settings.dataDir);
  if (!inEnvironment) print(`root key: in ${path}`);
  const line = shown ? undefined : await keyLine(engine.table, url, inEnvironment ? undefined : path);
  if (line !== undefined) print(line);
};

const run = async (): Promise<void> => {
  const settings = localSettings(process.env, process.argv.slice(2));
  const freePort = await keepPort(settings.port, settings.host);
  const demo = await needsDemo(settings);
  const unfinished = join(settings.dataDir, 'demo-unfinished');
  if (demo) writeFileSync(unfinished, 'The demo was being filled in; the next start begins it again.\n');
  const engine = await openEngine(settings);
  const { rootKey, masterKey, baseUrl, fallbackUrl } = settings;
  const shared = { table: engine.table, slimTable: engine.slimTable, rootKey, masterKey, baseUrl, fallbackUrl };
  let linesToTry: (baseUrl: string) => readonly string[] = () => [];
  if (demo) {
    const { fillDemo } = await import('./demo/fill.ts');
    linesToTry = await fillDemo(shared, print);
    rmSync(unfinished);
  }
  await freePort();
  const clickQueue = openClickFiles(join(settings.dataDir, 'clicks-left'));
  const { port, host } = settings;
  const server = await startLocalServer({ ...shared, clickQueue, clock: systemClock, port, host });
  server.startTimers();
  for (const line of linesToTry(server.service.baseUrl)) print(line);
  await printKeys(settings, engine, server.url, demo);
  print(`reference: ${server.service.baseUrl}/docs`);
  print(`listening on ${server.url}`);

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await server.stop();
    await engine.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
};

run().catch((error: unknown) => {
  console.error(`Tributary could not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
