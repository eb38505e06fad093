// The browser script, and what it sends from the shop's pages.
import * as z from 'zod';
import { LARGEST_BATCH_BYTES, MOST_EVENTS, MOST_SECONDS } from '../domain/visits/batch.ts';
import { route } from './route.ts';

const VisitEvent = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('visit').meta({ description: 'A landing page was opened with a click' }) }),
    z.object({ type: z.literal('page').meta({ description: 'A further page of the visit' }) }),
    z.object({
      type: z.literal('engaged'),
      seconds: z.int().min(1).max(MOST_SECONDS).meta({ description: 'In view and attended to' }),
    }),
    z.object({ type: z.literal('signup') }),
    z.object({
      type: z.literal('consent'),
      given: z.boolean().meta({ description: 'Sets or removes the cookies of the short links’ domain' }),
    }),
  ])
  .meta({ id: 'VisitEvent' });

const VisitBatch = z
  .object({
    merchant: z.string().meta({ description: 'Whose shop it is: mer_...' }),
    click: z.string().optional().meta({ description: 'The click that led to the visit; empty or absent without one' }),
    events: z.array(VisitEvent).min(1).max(MOST_EVENTS),
  })
  .meta({ id: 'VisitBatch' });

const browser = { tag: 'Browser', scope: 'public' as const, serves: 'redirect' as const };
const plain = (description: string) => ({ description, contentType: 'text/plain' });

export const browserRoutes = {
  browserScript: route({
    ...browser,
    id: 'browserScript',
    method: 'GET',
    path: '/t.js',
    summary: 'The script for the shop’s pages, which carries clicks into orders; docs/install.md says how',
    responses: { 200: { description: 'The script', contentType: 'text/javascript' } },
  }),
  sendEvents: route({
    ...browser,
    id: 'sendEvents',
    method: 'POST',
    path: '/e',
    summary: `What the script tells of a visit: at most ${MOST_EVENTS} events in ${LARGEST_BATCH_BYTES} bytes; sent as text/plain`,
    body: VisitBatch,
    responses: {
      204: {
        description: 'Taken',
        headers: {
          'Access-Control-Allow-Origin': 'The page’s own, where it is of the merchant’s allowedHosts',
          'Set-Cookie': 'trb_consent and trb_v, set or removed by an event of consent',
        },
      },
      400: plain('No batch'),
      403: plain('No such merchant, or the page is of none of its allowedHosts'),
      413: plain('Too large'),
      429: plain('Too many about one click'),
    },
  }),
};
