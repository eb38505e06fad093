// Starting another Lambda function without waiting for it.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { patience } from './aws-client.ts';

/** Hands an event to a function; done once Lambda has taken it, which then runs it, and twice more when it fails. */
export const invokeLater = async (functionName: string, event: unknown): Promise<void> => {
  const client = new LambdaClient(patience(1_000, 5_000, 3));
  try {
    await client.send(
      new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload: JSON.stringify(event) }),
    );
  } finally {
    client.destroy();
  }
};
