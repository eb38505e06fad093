// Clicks the table could not take, in an SQS queue until the sweep stores them.
import { createAwsJson } from './aws-json.ts';

export interface QueuedClick {
  readonly text: string;
  /** What takes it out of the queue. */
  readonly receipt: string;
}

export interface ClickQueue {
  readonly send: (text: string) => Promise<void>;
  /** Up to ten that nobody else is given for some minutes; none when the queue is empty. */
  readonly receive: () => Promise<readonly QueuedClick[]>;
  /** Once for each receipt of some, with those of them that are stored, be they none. */
  readonly remove: (clicks: readonly QueuedClick[]) => Promise<void>;
  /** Whether nothing ever leaves it but what is removed: SQS sets aside what fails again and again, and forgets it in time. */
  readonly keepsForEver?: true;
}

const MOST_AT_ONCE = 10;

interface Message {
  readonly Body?: string;
  readonly ReceiptHandle?: string;
}

/** The queue behind an SQS address, which names its region. */
export const openClickQueue = (QueueUrl: string): ClickQueue => {
  const { host } = new URL(QueueUrl);
  const region = /^sqs\.([^.]+)\./.exec(host)?.[1] ?? process.env.AWS_REGION ?? '';
  // A shopper is waiting while a click is sent.
  const client = createAwsJson({
    ...{ service: 'sqs', region, version: '1.0', maxAttempts: 2, connectMs: 500, answerMs: 2_000 },
  });
  return {
    send: async (MessageBody) => void (await client.ask('AmazonSQS.SendMessage', { QueueUrl, MessageBody })),
    receive: async () => {
      // Without waiting, an answer may be of some of SQS's servers only, and empty.
      const wanted = { QueueUrl, MaxNumberOfMessages: MOST_AT_ONCE, WaitTimeSeconds: 1 };
      const answer = (await client.ask('AmazonSQS.ReceiveMessage', wanted)) as { readonly Messages?: Message[] };
      return (answer.Messages ?? []).map(({ Body = '', ReceiptHandle = '' }) => ({
        text: Body,
        receipt: ReceiptHandle,
      }));
    },
    remove: async (clicks) => {
      if (clicks.length === 0) return;
      const Entries = clicks.map(({ receipt }, i) => ({ Id: String(i), ReceiptHandle: receipt }));
      await client.ask('AmazonSQS.DeleteMessageBatch', { QueueUrl, Entries });
    },
  };
};
