// How clients of AWS services other than the table are made: they give up in time for whoever waits.
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Options of a client: milliseconds to connect and to be answered, and attempts in all. */
export const patience = (connectionTimeout: number, requestTimeout: number, maxAttempts: number) => ({
  maxAttempts,
  // Without the last of them the time-out is only a warning in the log.
  requestHandler: new NodeHttpHandler({ connectionTimeout, requestTimeout, throwOnRequestTimeout: true }),
});
