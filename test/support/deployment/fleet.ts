// The functions of a template, each over its own bundle with its own environment, and the runs nobody waits for.
import { join } from 'node:path';
import type { Json } from '../http.ts';
import { REGION } from './iam.ts';
import { type Lambda, openLambda } from './lambda.ts';
import { filledIn, ofType, type Synthesised, type Values } from './template.ts';

export interface Fleet {
  readonly functionOf: (id: string) => Lambda;
  /** Starts a run nobody waits for. */
  readonly later: (id: string, event: Json) => void;
  /** What became of those that failed. */
  readonly failures: readonly unknown[];
  readonly settled: () => Promise<void>;
  readonly close: () => void;
}

/** Opens every function; `aws` is where its calls to AWS go, under its logical id for an access key. */
export const openFleet = ({ template, folder }: Synthesised, values: Values, aws: string): Fleet => {
  const failures: unknown[] = [];
  const running = new Set<Promise<unknown>>();
  const lambdas = new Map<string, Lambda>(
    ofType(template, 'AWS::Lambda::Function').map(([id, { Properties }]) => {
      const logLevel = Properties.LoggingConfig.ApplicationLogLevel;
      const environment = {
        ...filledIn(Properties.Environment.Variables, values),
        ...{ AWS_LAMBDA_FUNCTION_NAME: id, AWS_LAMBDA_LOG_LEVEL: logLevel, AWS_REGION: REGION },
        ...{ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: 'of-a-test', AWS_ENDPOINT_URL: aws },
      };
      const asset = `asset.${String(Properties.Code.S3Key).replace(/\.zip$/, '')}`;
      const lambda = openLambda({
        ...{ name: id, folder: join(folder, asset), handler: Properties.Handler, environment, logLevel },
        ...{ timeoutMs: Properties.Timeout * 1000, memoryMb: Properties.MemorySize },
      });
      return [id, lambda];
    }),
  );
  const functionOf = (id: string): Lambda => {
    const lambda = lambdas.get(id);
    if (!lambda) throw new Error(`There is no function ${id}`);
    return lambda;
  };
  return {
    functionOf,
    failures,
    later: (id, event) => {
      const run = functionOf(id)
        .invoke(event)
        .catch((error: unknown) => failures.push(error))
        .finally(() => running.delete(run));
      running.add(run);
    },
    settled: async () => {
      while (running.size > 0) await Promise.all(running);
    },
    close: () => {
      for (const lambda of lambdas.values()) lambda.close();
    },
  };
};
