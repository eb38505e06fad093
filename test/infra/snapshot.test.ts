// The whole template as a file: whoever changes the stack sees, and has reviewed, what changes on AWS.
import { expect, it } from 'vitest';
import { synthesised } from '../support/deployment/template.ts';

/** Routes follow from the route table, which stack.test.ts holds them to; a bundle's hash from every line of code. */
const LEFT_OUT = /^AWS::ApiGatewayV2::Route$/;

it('the template is as last reviewed; `npx vitest run test/infra/snapshot.test.ts -u` takes a change over', async () => {
  const { template } = synthesised();
  const kept = Object.entries(template.Resources).filter(([, { Type }]) => !LEFT_OUT.test(Type));
  const Resources = Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = JSON.stringify({ Resources, Outputs: template.Outputs }, null, 2).replace(
    /"S3Key": "[0-9a-f]+\.zip"/g,
    '"S3Key": "<bundle>.zip"',
  );
  await expect(`${text}\n`).toMatchFileSnapshot('template.snapshot.json');
});
