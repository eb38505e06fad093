// What runs by the clock: the night every hour, the sweep every few minutes, and where their failures are kept.
import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Functions } from './lambda.ts';
import type { Queues } from './queues.ts';

interface Timed {
  readonly id: string;
  readonly description: string;
  readonly every: Duration;
  readonly runs: LambdaFunction;
  readonly dead: Queue;
  /** Times Lambda tries a run again that failed. */
  readonly retries: 0 | 1 | 2;
}

const createSchedule = (scope: Construct, { id, description, every, runs, dead, retries }: Timed): void => {
  // A run that came to nothing, by error or for want of time.
  runs.configureAsyncInvoke({ retryAttempts: retries, maxEventAge: every, onFailure: new SqsDestination(dead) });
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  });
  role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [runs.functionArn] }));
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [dead.queueArn] }));
  new Schedule(scope, id, {
    description,
    schedule: ScheduleExpression.rate(every),
    timeWindow: TimeWindow.off(),
    // A run that could not even be started.
    target: new LambdaInvoke(runs, {
      // As it is: the target would add every version of the function to it.
      role: role.withoutPolicyUpdates(),
      deadLetterQueue: dead,
      maxEventAge: every,
      retryAttempts: 3,
    }),
  });
};

export const createSchedules = (scope: Construct, functions: Functions, queues: Queues): void => {
  createSchedule(scope, {
    id: 'Night',
    description: "Closes the days that have ended, in each merchant's zone, and heals those that changed",
    every: Duration.hours(1),
    runs: functions.rollup,
    dead: queues.deadNights,
    retries: 2,
  });
  createSchedule(scope, {
    id: 'Sweep',
    description: 'Finishes what a crash or an outage left half-way',
    every: Duration.minutes(5),
    runs: functions.sweep,
    dead: queues.deadSweeps,
    // The next one is minutes away and does the same.
    retries: 0,
  });
};
