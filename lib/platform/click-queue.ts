// Clicks the table could not take, in an SQS queue until the sweep stores them.
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';

export interface QueuedClick {
  readonly text: string;
  /** What takes it out of the queue. */
  readonly receipt: string;
}

export interface ClickQueue {
  readonly send: (text: string) => Promise<void>;
  /** Up to ten that nobody else is given for some minutes; none when the queue is empty. */
  readonly receive: () => Promise<readonly QueuedClick[]>;
  readonly remove: (clicks: readonly QueuedClick[]) => Promise<void>;
}

/** A shopper is waiting while a click is sent. */
const TIMEOUTS = { connectionTimeout: 500, requestTimeout: 2_000, throwOnRequestTimeout: true };
const MOST_AT_ONCE = 10;

/** The queue behind an SQS address. */
export const openClickQueue = (QueueUrl: string): ClickQueue => {
  const client = new SQSClient({ maxAttempts: 2, requestHandler: new NodeHttpHandler(TIMEOUTS) });
  return {
    send: async (MessageBody) => void (await client.send(new SendMessageCommand({ QueueUrl, MessageBody }))),
    receive: async () => {
      const answer = await client.send(
        new ReceiveMessageCommand({
          ...{ QueueUrl, MaxNumberOfMessages: MOST_AT_ONCE },
          // Without waiting, an answer may be of some of SQS's servers only, and empty.
          WaitTimeSeconds: 1,
        }),
      );
      return (answer.Messages ?? []).map(({ Body = '', ReceiptHandle = '' }) => ({
        text: Body,
        receipt: ReceiptHandle,
      }));
    },
    remove: async (clicks) => {
      if (clicks.length === 0) return;
      const Entries = clicks.map(({ receipt }, i) => ({ Id: String(i), ReceiptHandle: receipt }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    },
  };
};
