// npm start: the whole service on one machine, with a demo merchant on an empty folder.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../lib/platform/clock.ts';
import { type Engine, startEngine, useEngine } from './engine.ts';
import { startLocalServer } from './server.ts';
import { type LocalSettings, localSettings } from './settings.ts';

const print = (line: string) => console.log(line);

const openEngine = async (settings: LocalSettings): Promise<Engine> => {
  if (settings.dynamodbEndpoint) return useEngine(settings.dynamodbEndpoint);
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

const run = async (): Promise<void> => {
  const settings = localSettings(process.env, process.argv.slice(2));
  const demo = await needsDemo(settings);
  const unfinished = join(settings.dataDir, 'demo-unfinished');
  if (demo) writeFileSync(unfinished, 'The demo was being filled in; the next start begins it again.\n');
  const engine = await openEngine(settings);
  const { rootKey, encryptionKey, baseUrl } = settings;
  const shared = { table: engine.table, rootKey, encryptionKey, baseUrl };
  let linesToTry: (baseUrl: string) => readonly string[] = () => [];
  if (demo) {
    const { fillDemo } = await import('./demo/fill.ts');
    linesToTry = await fillDemo(shared, print);
    rmSync(unfinished);
  }
  const server = await startLocalServer({ ...shared, clock: systemClock, port: settings.port, host: settings.host });
  server.startTimers();
  for (const line of linesToTry(server.service.baseUrl)) print(line);
  if (!process.env.ROOT_KEY) print(`root key: in ${join(settings.dataDir, 'secrets.json')}`);
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
