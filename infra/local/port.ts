// The port the service will listen on, taken before anything is filled in and kept until it listens there itself.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const RETRY_SECONDS = '5';

/** What whoever asks too early is told. */
const tellToWait = (_request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': RETRY_SECONDS });
  response.end('Tributary is starting.\n');
};

const refusedPort = (port: number, host: string, error: NodeJS.ErrnoException): Error =>
  error.code === 'EADDRINUSE'
    ? new Error(`PORT ${port} of ${host} is in use by another process; choose another, or PORT=0 for any free one`)
    : new Error(`PORT ${port} of HOST ${host} can't be listened on: ${error.message}`);

/**
 * Takes a port, so that a start fails before its work and not after it, and answers 503 there meanwhile. Gives what
 * frees it again; throws one clear line when it is not to be had. Port 0, any that is free, needs no keeping.
 */
export const keepPort = async (port: number, host: string): Promise<() => Promise<void>> => {
  if (port === 0) return async () => undefined;
  const keeper = createServer(tellToWait);
  await new Promise<void>((resolve, reject) => {
    keeper.once('error', (error) => reject(refusedPort(port, host, error)));
    keeper.listen(port, host, resolve);
  });
  return () =>
    new Promise((done) => {
      keeper.close(() => done());
      keeper.closeAllConnections();
    });
};
