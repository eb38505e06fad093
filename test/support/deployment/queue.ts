// An SQS queue in memory that speaks its JSON protocol: at least once, hidden while somebody works at it.
import { createHash, randomUUID } from 'node:crypto';
import { type AwsAnswer, type AwsRequest, awsJson } from '../aws-endpoint.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  hiddenUntil: number;
  receipt: string;
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

export interface TestQueue {
  readonly handlers: Readonly<Record<string, (request: AwsRequest) => AwsAnswer>>;
  readonly bodies: () => string[];
  /** What was being worked at is given out again, as after the visibility time-out. */
  readonly showAll: () => void;
  /** Puts a message in, as any sender may. */
  readonly put: (body: string) => void;
}

export const openQueue = (): TestQueue => {
  const messages: Message[] = [];
  const put = (body: string): Message => {
    const message = { id: randomUUID(), body, hiddenUntil: 0, receipt: '' };
    messages.push(message);
    return message;
  };
  const receive = (most: number) =>
    messages
      .filter(({ hiddenUntil }) => hiddenUntil <= Date.now())
      .slice(0, most)
      .map((message) => {
        message.hiddenUntil = Date.now() + 360_000;
        message.receipt = randomUUID();
        return {
          MessageId: message.id,
          ReceiptHandle: message.receipt,
          Body: message.body,
          MD5OfBody: md5(message.body),
        };
      });
  return {
    bodies: () => messages.map(({ body }) => body),
    put: (body) => void put(body),
    showAll: () => {
      for (const message of messages) message.hiddenUntil = 0;
    },
    handlers: {
      SendMessage: ({ body }) => {
        const { MessageBody } = JSON.parse(body);
        return awsJson({ MessageId: put(MessageBody).id, MD5OfMessageBody: md5(MessageBody) });
      },
      ReceiveMessage: ({ body }) => awsJson({ Messages: receive(JSON.parse(body).MaxNumberOfMessages ?? 1) }),
      DeleteMessageBatch: ({ body }) => {
        const entries = JSON.parse(body).Entries as { Id: string; ReceiptHandle: string }[];
        for (const { ReceiptHandle } of entries) {
          const at = messages.findIndex(({ receipt }) => receipt === ReceiptHandle);
          if (at >= 0) messages.splice(at, 1);
        }
        return awsJson({ Successful: entries.map(({ Id }) => ({ Id })), Failed: [] });
      },
    },
  };
};
