// Store webhooks in: the bytes go to the flow, its outcome becomes a status.
import middy from '@middy/core';
import { receiveWebhook } from '../lib/flows/receive-webhook.ts';
import { sdkMeans } from '../lib/flows/sdk-means.ts';
import { openedOnce, type Service } from '../lib/flows/service.ts';
import { type Answer, gatewayAnswer, jsonAnswer } from '../lib/http/answer.ts';
import { failureAnswer } from '../lib/http/failure.ts';
import { refusal } from '../lib/http/refusal.ts';
import { type GatewayEvent, type Request, requestOf } from '../lib/http/request.ts';
import { securityHeaders } from '../lib/http/security-headers.ts';
import { refuseLargeBody } from '../lib/http/validate.ts';

const LONGEST_ID = 100;

/** The store a delivery is for, also when a catch-all route leaves the path to us. */
const storeIdOf = (request: Request): string => {
  const id = request.params.storeId ?? /^\/webhooks\/([^/]+)$/.exec(request.path)?.[1] ?? '';
  return id.length > LONGEST_ID ? '' : id;
};

const receive = async (service: Service, request: Request): Promise<Answer> => {
  refuseLargeBody(request);
  const storeId = storeIdOf(request);
  const received = await receiveWebhook(service, storeId, { headers: request.headers, raw: request.body });
  if (received.outcome === 'kept') {
    if (received.state === 'failed') {
      service.count('WebhooksFailed');
      service.log.warn('webhook not understood', { storeId, eventId: received.id });
    }
    return jsonAnswer(200, { id: received.id, state: received.state });
  }
  if (received.outcome === 'ping') return { status: 200, headers: { 'cache-control': 'no-store' } };
  if (received.outcome === 'not_json') {
    throw refusal('unsupported_media_type', 'The content-type is not JSON; shops send application/json');
  }
  if (received.outcome === 'unknown_store') throw refusal('not_found', 'There is no such store');
  if (received.outcome === 'invalid_signature') {
    service.count('WebhooksRefused');
    service.log.warn('webhook refused', { storeId });
    throw refusal('invalid_signature', received.signedBy);
  }
  throw refusal('not_found', "This store's platform has no connector yet");
};

/** The handler over a service. */
export const createWebhook = (service: Service) =>
  middy<GatewayEvent>()
    .use(securityHeaders())
    .handler(async (event) => {
      const request = requestOf(event);
      const answer = await receive(service, request).catch((error) => failureAnswer(service.log, request, error));
      return gatewayAnswer(answer, request);
    });

const opened = openedOnce('webhook', { encryptionKey: true }, sdkMeans, createWebhook);

/** What Lambda calls. */
export const handler = async (event: GatewayEvent, context: never) => (await opened())(event, context);
