// Tells the service of the visit that a click led to: that it landed, how long it was engaged, a sign-up; in batches.
import { consent } from './consent.ts';
import { current, landed } from './current-click.ts';
import { guarded, note, noted } from './kept-click.ts';
import { eventsAddress, on, setting } from './shop.ts';

type Event =
  | { readonly type: 'visit' | 'page' | 'signup' }
  | { readonly type: 'engaged'; readonly seconds: number }
  | { readonly type: 'consent'; readonly given: boolean };

const VISIT_NOTE = 'trb_visit';

/** What has gathered since the last batch. */
export const events: Event[] = [];
let seconds = 0;
/** For how many seconds more the page, if it is in view, is taken to be attended to: who neither moves nor types is away. */
let attentive = 30;
/** The click of the visit that this tab is on; empty without one. */
let visited = '';

/** Sends what has gathered. Text, for which browsers ask no leave of the other host first. */
export const send = (): void => {
  if (seconds) events.push({ type: 'engaged', seconds });
  seconds = 0;
  const merchant = setting('merchant');
  if (merchant && events[0]) {
    guarded(() =>
      navigator.sendBeacon(eventsAddress, JSON.stringify({ click: current(), merchant, events: events.splice(0) })),
    );
  }
};

/**
 * This page is of the visit that a click led to in this tab: its first one, where it landed here, or a further one. Without a click
 * it is of none. After a refusal nothing more is counted, and what was not sent never is.
 */
export const visit = (): void => {
  const click = current();
  const first = click === landed;
  if (consent() === false) {
    visited = '';
    seconds = 0;
    events.splice(0);
  }
  if (visited === click || (!first && noted(VISIT_NOTE) !== click)) return;
  visited = click;
  note(VISIT_NOTE, click);
  events.push({ type: first ? 'visit' : 'page' });
};

on('pointermove keydown scroll', () => {
  attentive = 30;
});

/** Called each second. */
export const attend = (): void => {
  if (attentive-- > 0 && visited && !document.hidden) seconds++;
};
