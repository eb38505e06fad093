// Starting another Lambda function without waiting for it.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

/** Hands an event to a function; done once Lambda has taken it, which then runs it, and twice more when it fails. */
export const invokeLater = async (functionName: string, event: unknown): Promise<void> => {
  const client = new LambdaClient({ maxAttempts: 3, requestHandler: new NodeHttpHandler(TIMEOUTS) });
  try {
    await client.send(
      new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload: JSON.stringify(event) }),
    );
  } finally {
    client.destroy();
  }
};
