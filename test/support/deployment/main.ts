// npm run test:deployed: the end-to-end suite against the deployment that TRIBUTARY_URL names, else against the stack's
// own bundles, deployed onto this machine with their policies in force.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import temporaryFolder from '../temporary-folder.ts';
import { deploy } from './deployment.ts';

const E2E = 'test/e2e';
/** A deployment is a network away, and its functions start cold. */
const PATIENCE = ['--testTimeout=120000', '--hookTimeout=300000'];

const takesAny = (name: string): boolean => readFileSync(`${E2E}/${name}`, 'utf8').includes('aServer()');

/** Of the suite's own files that a file imports. */
const importedBy = (name: string): string[] =>
  [...readFileSync(`${E2E}/${name}`, 'utf8').matchAll(/ from '\.\/([\w-]+\.ts)'/g)].map(
    ([, imported = '']) => imported,
  );

/** The files that take any server for theirs, by themselves or by what they share; the others start and stop one of their own. */
const suite = (): string[] =>
  readdirSync(E2E)
    .filter((name) => name.endsWith('.test.ts'))
    .filter((name) => [name, ...importedBy(name)].some(takesAny))
    .map((name) => `${E2E}/${name}`);

const runSuite = async (server: { readonly base: string; readonly rootKey: string }): Promise<number> => {
  const env = { ...process.env, TRIBUTARY_URL: server.base, TRIBUTARY_ROOT_KEY: server.rootKey };
  const files = process.argv.length > 2 ? process.argv.slice(2) : suite();
  const child = spawn('vitest', ['run', ...PATIENCE, ...files], { env, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code ?? 1;
};

const { TRIBUTARY_URL: base, TRIBUTARY_ROOT_KEY: rootKey } = process.env;
if (base && rootKey) {
  process.exitCode = await runSuite({ base, rootKey });
} else {
  process.once('exit', temporaryFolder());
  const deployment = await deploy();
  try {
    const code = await runSuite(deployment);
    await deployment.settled();
    const refused = deployment.calls.filter(({ allowed }) => !allowed);
    for (const { caller, action, resource } of refused) console.error(`IAM refused ${caller} ${action} on ${resource}`);
    for (const failure of deployment.failures) console.error(failure);
    console.log(`${deployment.calls.length} calls to AWS, ${refused.length} refused`);
    process.exitCode = refused.length + deployment.failures.length > 0 ? 1 : code;
  } finally {
    await deployment.close();
  }
}
