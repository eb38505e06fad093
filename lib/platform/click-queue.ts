// Clicks the table could not take, in an SQS queue until the sweep stores them.
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { patience } from './aws-client.ts';

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

const MOST_AT_ONCE = 10;

/** The queue behind an SQS address. */
export const openClickQueue = (QueueUrl: string): ClickQueue => {
  // A shopper is waiting while a click is sent.
  const client = new SQSClient(patience(500, 2_000, 2));
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
