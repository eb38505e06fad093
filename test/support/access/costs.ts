// What one event of a shop of each kind, and one click, cost, measured on the real flows.
import { createRedirect } from '../../../functions/redirect.ts';
import type { GatewayHandler } from '../../../infra/local/gateway.ts';
import { receiveWebhook } from '../../../lib/flows/receive-webhook.ts';
import { writeNewDays } from '../../../lib/table/fx-rates.ts';
import { aGatewayEvent } from '../http.ts';
import { MERCHANT_ID } from '../records.ts';
import { toldEvents } from './cost-events.ts';
import { aBankDay } from './fx-rates.ts';
import { type RecordedRequest, recordedTable } from './recorder.ts';
import { DAY, USER_AGENT, type World } from './world.ts';

export interface MeasuredCost {
  /** The kind of event: `first-order-shopify`, `refund`, `click-cold` ... */
  readonly id: string;
  readonly title: string;
  /** Of the body as the shop sent it; 0 for a click. */
  readonly bodyBytes: number;
  readonly requests: readonly RecordedRequest[];
}

/**
 * Events of every kind, each long after the one before it, so that each has to mark its days by itself; then a click on
 * a cold and on a warm link.
 */
export const measuredCosts = async (world: World): Promise<MeasuredCost[]> => {
  const measured: MeasuredCost[] = [];
  await writeNewDays(world.service.table, MERCHANT_ID, [aBankDay(DAY)]);
  const { table, requests } = recordedTable(world.service.table);
  const service = { ...world.service, table };
  const note = (id: string, title: string, bodyBytes = 0) =>
    measured.push({ id, title, bodyBytes, requests: requests.splice(0) });
  for (const { id, title, storeId, after, delivery: deliveryAt } of toldEvents(world.clock.now)) {
    world.clock.advance(after);
    const delivery = deliveryAt(world.clock.now);
    const received = await receiveWebhook(service, storeId, delivery);
    if (received.outcome !== 'kept' || received.state !== 'applied') throw new Error(`not applied: ${id}`);
    note(id, title, delivery.raw.length);
  }

  const redirect = createRedirect(service) as GatewayHandler;
  const headers = { 'user-agent': USER_AGENT, referer: 'https://l.instagram.com/', 'cloudfront-viewer-country': 'US' };
  const event = () => aGatewayEvent('GET', `/${world.link.data.slug}`, { headers });
  await redirect(event(), undefined as never);
  note('click-cold', 'A click, its link not read for a minute');
  await redirect(event(), undefined as never);
  note('click-warm', 'A click, its link kept in the warm function');
  return measured;
};

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

/** Units of several requests together; `markUnits` is the part of them that marks days, which a busy shop's events share. */
export const unitsOf = (requests: readonly RecordedRequest[]) => ({
  readUnits: sum(requests.map((request) => request.readUnits)),
  writeUnits: sum(requests.map((request) => request.writeUnits)),
  markUnits: sum(
    requests.flatMap(({ writes }) => writes.map(({ key, writeUnits }) => (key.startsWith('DRT#') ? writeUnits : 0))),
  ),
});

/** What an order event may cost: 6 WRU and 1 for each kilobyte of its body as sent, begun ones included. */
export const aimOf = ({ bodyBytes }: Pick<MeasuredCost, 'bodyBytes'>): number => 6 + Math.ceil(bodyBytes / 1024);
