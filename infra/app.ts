// npx cdk synth, npx cdk deploy: the stack of the given context, checked by the CDK's own validation and by cdk-nag.
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { configFrom } from './config.ts';
import { TributaryStack } from './stack.ts';

const app = new App();
try {
  new TributaryStack(app, configFrom(app.node.getAllContext()));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
} catch (error) {
  // A setting that is wrong is told in a line, not in a stack trace.
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
