// Writes what follows from the code: docs/access-patterns.md, docs/openapi.json, the tables of docs/scale.md, and the
// browser script as it is served.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from '../../lib/http/openapi.ts';
import { scaleDocument } from '../bench/scale/document.ts';
import { accessPatternsDocument } from './access/document.ts';
import { browserScriptModule } from './browser-script.ts';

/** What each generated file has to hold, by its path from the root of the repository. */
export const generatedDocuments = async (): Promise<Readonly<Record<string, string>>> => ({
  'docs/access-patterns.md': await accessPatternsDocument(),
  'docs/openapi.json': `${JSON.stringify(openApiDocument(), null, 2)}\n`,
  'docs/scale.md': scaleDocument(),
  'functions/redirect/browser-script.ts': await browserScriptModule(),
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(await generatedDocuments())) {
    writeFileSync(new URL(`../../${path}`, import.meta.url), text);
  }
}
