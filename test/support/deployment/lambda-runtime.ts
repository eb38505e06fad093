// Inside a Lambda environment: loads the handler of a bundle and calls it for one event after another.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Started {
  readonly id: number;
  readonly event: unknown;
  readonly deadline: number;
}

const [folder = '', handlerName = ''] = process.argv.slice(2);
const [file, exported = ''] = handlerName.split('.');
const module = await import(pathToFileURL(join(folder, `${file}.mjs`)).href);

process.on('message', async ({ id, event, deadline }: Started) => {
  const context = {
    awsRequestId: `run-${id}`,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    process.send?.({ id, answer: (await module[exported](event, context)) ?? null });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
process.send?.({ ready: true });
