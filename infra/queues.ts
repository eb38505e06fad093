// Queues: clicks the table could not take, and the dead letters of whatever runs without anybody waiting for it.
import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { type Config, keptWhen } from './config.ts';

export interface Queues {
  readonly clicks: Queue;
  readonly deadClicks: Queue;
  readonly deadNights: Queue;
  readonly deadSweeps: Queue;
}

/** Rounds of the sweep a click may fail in before it is set aside, every second round: some three hours. */
const ATTEMPTS = 20;
const KEPT = Duration.days(14);

export const createQueues = (scope: Construct, config: Config): Queues => {
  const shared = {
    retentionPeriod: KEPT,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    removalPolicy: keptWhen(config),
  };
  const deadClicks = new Queue(scope, 'DeadClicks', shared);
  const deadRuns = (id: string): Queue => {
    const queue = new Queue(scope, id, shared);
    acknowledge(queue, 'SQS3', 'It is a dead-letter queue itself: of a schedule and of the runs it starts');
    return queue;
  };
  return {
    deadClicks,
    clicks: new Queue(scope, 'Clicks', {
      ...shared,
      // Longer than a sweep may run, so that no other is given a click that is being stored.
      visibilityTimeout: Duration.minutes(6),
      deadLetterQueue: { queue: deadClicks, maxReceiveCount: ATTEMPTS },
    }),
    deadNights: deadRuns('DeadNights'),
    deadSweeps: deadRuns('DeadSweeps'),
  };
};
