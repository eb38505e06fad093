// A click the table could not take: left in the queue, where the sweep finds it.
import type { ClickPlace } from '../domain/clicks/click-key.ts';
import type { ClickFacts } from '../table/clicks.ts';
import type { Service } from './service.ts';

/** Its place is its key: stored twice it is one click. */
export interface LeftClick {
  readonly merchantId: string;
  readonly place: ClickPlace;
  readonly facts: ClickFacts;
}

/** Leaves a click in the queue; false when there is none or it can't be reached, and the click is lost. */
export const leaveClick = async (service: Service, click: LeftClick): Promise<boolean> => {
  const { clickQueue, count, log } = service;
  try {
    await clickQueue?.send(JSON.stringify(click));
  } catch (error) {
    log.error('click not queued', { linkId: click.facts.linkId, error });
    count('ClicksLost');
    return false;
  }
  count(clickQueue ? 'ClicksQueued' : 'ClicksLost');
  return clickQueue !== undefined;
};
