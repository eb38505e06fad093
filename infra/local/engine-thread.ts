// The embedded engine's own thread: dynalite on a loopback port, so that the second core serves the table.
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import { tuneLevel } from './tuned-level.ts';

/** What the thread is started with; without a path everything is in memory and gone afterwards. */
export interface EngineThreadData {
  readonly path?: string;
}

tuneLevel();
const { path } = workerData as EngineThreadData;
const server = dynalite({ createTableMs: 0, ...(path !== undefined && { path }) });
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));

// The one message there is: to stop. With the port closed too, nothing keeps the thread.
parentPort?.once('message', () => {
  server.close(() => parentPort?.close());
  server.closeAllConnections();
});
