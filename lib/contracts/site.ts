// The surfaces without a key: short links, health, the API's own description.
import * as z from 'zod';
import { route } from './route.ts';

const page = (description: string, contentType = 'text/html') => ({ description, contentType });

const redirects = {
  tag: 'Short links',
  scope: 'public' as const,
  serves: 'redirect' as const,
  path: '/{slug}',
  responses: {
    200: page(
      "No click: a creator's page of links, at /@<handle>, or one of the domain's own files, such as /robots.txt",
    ),
    302: {
      description: "To the destination with UTM and trb_click; to the merchant's fallbackUrl when the link has ended",
      headers: {
        Location: 'Destination, UTM, the query the shopper came with, and trb_click=clk_...',
        'Set-Cookie': 'trb_v, the visitor, for 400 days; not on HEAD, nor with Sec-GPC: 1 or DNT: 1',
      },
    },
    404: page('No such link, and no fallback known'),
  },
};

/** What every host is asked for, whatever its links. */
const siteFile = (id: string, path: `/${string}`, contentType: string, summary: string) =>
  route({
    id,
    method: 'GET',
    path,
    summary,
    tag: 'Short links',
    scope: 'public',
    serves: 'redirect',
    responses: { 200: page('The file, for a day', contentType) },
  });

const description = { tag: 'About', scope: 'public' as const, serves: 'api' as const, method: 'GET' as const };

export const siteRoutes = {
  followLink: route({
    ...redirects,
    id: 'followLink',
    method: 'GET',
    summary: 'Follow a short link; the click is stored before the answer leaves',
  }),
  probeLink: route({
    ...redirects,
    id: 'probeLink',
    method: 'HEAD',
    summary: 'Probe a short link; counted apart from clicks',
  }),
  shortDomain: route({
    ...redirects,
    path: '/',
    id: 'openShortDomain',
    method: 'GET',
    summary: 'The short domain itself, which is no link',
    responses: { 302: { description: "On a merchant's domain, to its fallback" }, 404: redirects.responses[404] },
  }),
  robots: siteFile('robots', '/robots.txt', 'text/plain', 'What crawlers may ask for'),
  favicon: siteFile('favicon', '/favicon.ico', 'image/vnd.microsoft.icon', 'The icon, for browsers that take no SVG'),
  faviconSvg: siteFile('faviconSvg', '/favicon.svg', 'image/svg+xml', 'The icon'),
  health: route({
    ...description,
    id: 'health',
    path: '/health',
    summary: 'Whether the service and its table answer',
    responses: { 200: { description: 'Healthy', schema: z.object({ status: z.literal('ok') }) } },
  }),
  probeHealth: route({
    ...description,
    method: 'HEAD',
    id: 'probeHealth',
    path: '/health',
    summary: 'The same by its status alone',
    responses: { 200: { description: 'Healthy' } },
  }),
  openapi: route({
    ...description,
    id: 'openapi',
    path: '/openapi.json',
    summary: 'This API as OpenAPI 3.1',
    responses: { 200: page('OpenAPI 3.1', 'application/json') },
  }),
  docs: route({
    ...description,
    id: 'docs',
    path: '/docs',
    summary: 'The reference as a page',
    responses: { 200: page('The reference') },
  }),
  docsAsset: route({
    ...description,
    id: 'docsAsset',
    path: '/docs/{asset}',
    summary: "The reference page's own files",
    responses: { 200: page('A script or style sheet', 'text/javascript') },
  }),
};
