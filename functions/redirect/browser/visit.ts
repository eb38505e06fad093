// Tells the service of the visit that a click led to: that it landed, how long it was engaged, a sign-up; in batches.
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
export const send = (click: string): void => {
  if (seconds) events.push({ type: 'engaged', seconds });
  seconds = 0;
  const merchant = setting('merchant');
  if (!merchant || !events.length) return;
  guarded(() => navigator.sendBeacon(eventsAddress, JSON.stringify({ merchant, click, events: events.splice(0) })));
};

/** This page is of the visit that a click led to in this tab: its first one, where it landed here, or a further one. Without a click it is of none. */
export const visit = (click: string, landed: boolean): void => {
  if (visited === click || (!landed && noted(VISIT_NOTE) !== click)) return;
  visited = click;
  note(VISIT_NOTE, click);
  events.push({ type: landed ? 'visit' : 'page' });
};

/** Nothing more is counted, and what was not sent never is. */
export const endVisit = (): void => {
  visited = '';
  seconds = 0;
  events.splice(0);
};

on('pointermove keydown scroll', () => {
  attentive = 30;
});

/** Called each second. */
export const attend = (): void => {
  if (attentive-- > 0 && visited && !document.hidden) seconds++;
};
