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
  health: route({
    ...description,
    id: 'health',
    path: '/health',
    summary: 'Whether the service and its table answer',
    responses: { 200: { description: 'Healthy', schema: z.object({ status: z.literal('ok') }) } },
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
