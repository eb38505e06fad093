// The script on the shop's pages: takes the click from the address, keeps it with consent, and carries it into the order.
import { carry } from './carry.ts';
import { askShopify, consent, tell } from './consent.ts';
import { clickIn, forget, guarded, keep, keptClick, note, noted } from './kept-click.ts';
import { on, type Tributary } from './shop.ts';
import { endVisit, events, send, visit } from './visit.ts';

const CONSENT_NOTE = 'trb_consent';

/** The click that led to this page; it outlives the address it came in, and serves where nothing can be stored. */
const landed = clickIn(location.search);

/** The same until it is kept: a page that comes back from the browser's cache must not keep it over a newer one. */
let unkept = landed;

/** The click that an order made now would carry. */
const current = (): string => {
  const decision = consent();
  return (decision !== false && keptClick()) || (decision && landed) || '';
};

/** Takes the parameter out of the address bar, so that who shares the address does not share the click; nothing else changes. */
const clearAddress = (): void => {
  const address = location.href.replace(/([?&])trb_click=[^&#]*(&?)/, (_, before, after) => after && before);
  guarded(() => history.replaceState(history.state, '', address));
};

/** Acts on the decision as it stands; without one, what came with the address waits there. */
const settle = (): void => {
  const decision = consent();
  if (decision === false) {
    forget();
    endVisit();
  }
  if (decision && unkept) {
    keep(unkept);
    unkept = '';
  }
  const click = current();
  carry(click);
  visit(click, click === landed);
  // Other scripts read the landing page's address while the page loads, WooCommerce's order attribution among them.
  if (landed && decision !== undefined && document.readyState === 'complete') clearAddress();
};

/** What a banner or Shopify decides is passed on, consent once a tab, so that the short links' domain can act on it. */
const decided = (): void => {
  const given = consent();
  settle();
  if (given === undefined || (given && noted(CONSENT_NOTE))) return;
  if (given) note(CONSENT_NOTE, '1');
  events.push({ type: 'consent', given });
  send(current());
};

const tributary: Tributary = {
  click: current,
  consent: (given) => {
    tell(given);
    decided();
  },
  signup: () => {
    if (!current()) return;
    events.push({ type: 'signup' });
    send(current());
  },
  push: ([name, value]) => tributary[name](value as boolean),
};

const calls = window.tributary ?? [];
// Loaded twice, the first one goes on.
if (Array.isArray(calls)) {
  window.tributary = tributary;
  askShopify(decided);
  settle();
  calls.forEach(tributary.push);
  // After the handlers of others, which may still read the address.
  on('readystatechange', () => setTimeout(settle));
  // Forms and links that came later are handed the click when they are used.
  on('click submit', ({ type, target }) => {
    carry(current());
    if (type === 'submit' && (target as Element).matches('[data-trb-signup]')) tributary.signup();
  });
  on('visibilitychange pagehide', () => send(current()));
}
