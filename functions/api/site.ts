// Health, and the API's description of itself: the document and the page that renders it.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { siteRoutes } from '../../lib/contracts/site.ts';
import type { Service } from '../../lib/flows/service.ts';
import { openApiDocument } from '../../lib/http/openapi.ts';
import { refusal } from '../../lib/http/refusal.ts';
import { keys } from '../../lib/table/keys.ts';
import { recordAt } from '../../lib/table/records.ts';
import { type Operation, operation } from './operation.ts';

/** The reference page's files, from the swagger-ui-dist package: nothing is fetched from elsewhere. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const DAY_SECONDS = 86_400;

const INIT = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference', deepLinking: true, tryItOutEnabled: true, validatorUrl: null });`;

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tributary API reference</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="reference"></div>
<noscript>This page needs JavaScript. The same as JSON: <a href="/openapi.json">/openapi.json</a></noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/init.js"></script>
</html>
`;

/** Everything from this origin; the page's library writes inline styles and data: images. */
const PAGE_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const file = (contentType: string, body: string, headers: Record<string, string> = {}) => ({
  status: 200,
  answer: { status: 200, headers: { 'content-type': contentType, ...headers }, body },
});

const cached = { 'cache-control': `public, max-age=${DAY_SECONDS}` };

/** Fails unless the table answers. */
const askTable = (service: Service) => recordAt(service.table, keys.entity('health'), false);

const health = operation(siteRoutes.health, async ({ service }) => {
  await askTable(service);
  return { status: 200, body: { status: 'ok' } };
});

const probeHealth = operation(siteRoutes.probeHealth, async ({ service }) => {
  await askTable(service);
  return { status: 200 };
});

const openapi = operation(siteRoutes.openapi, async () =>
  file('application/json; charset=utf-8', JSON.stringify(openApiDocument())),
);

const docs = operation(siteRoutes.docs, async () =>
  file('text/html; charset=utf-8', PAGE, { 'content-security-policy': PAGE_POLICY }),
);

const docsAsset = operation(siteRoutes.docsAsset, async ({ params }) => {
  const name = params.asset ?? '';
  if (name === 'init.js') return file('text/javascript; charset=utf-8', INIT, cached);
  const type = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  if (!type) throw refusal('not_found', 'There is no such file');
  const path = createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`);
  return file(type, await readFile(path, 'utf8'), cached);
});

export const siteOperations: Operation[] = [health, probeHealth, openapi, docs, docsAsset];
