// The script on the shop's pages: takes the click from the address, keeps it with consent, and carries it into the order.
import { carry, tellCart } from './carry.ts';
import { askShopify, consent, optedOut, tell } from './consent.ts';
import { current, landed } from './current-click.ts';
import { guarded, keep, note, noted } from './kept-click.ts';
import { on, type Tributary } from './shop.ts';
import { attend, events, send, visit } from './visit.ts';

const CONSENT_NOTE = 'trb_consent';

/** What led here until it is kept: a page that comes back from the browser's cache must not keep it over a newer one. */
let unkept = landed;

/** The decision that was acted on last. */
let acted: ReturnType<typeof consent>;

/** What was passed on last in this tab. */
let passedOn = noted(CONSENT_NOTE);

/** Acts on the decision as it stands; without one, what came with the address waits there. */
const settle = (): void => {
  askShopify(settle);
  acted = consent();
  if (acted === false) {
    keep('');
    // Who agrees after all, on the same page, came by it.
    unkept = landed;
  }
  if (acted && unkept) {
    keep(unkept);
    unkept = '';
  }
  carry();
  if (acted === undefined) return;
  tellCart();
  visit();
  // Who shares the address is not to share the click. Other scripts read it while the page loads, WooCommerce's order attribution
  // among them.
  if (landed && document.readyState === 'complete') {
    guarded(() =>
      history.replaceState(
        history.state,
        '',
        location.href.replace(/([?&])trb_click=[^&#]*&|[?&]trb_click=[^&#]*/, '$1'),
      ),
    );
  }
  // The word of a banner or Shopify goes to the short links' domain, which acts on it: once a tab, and when it changes.
  const word = `${acted}`;
  if (acted !== !!acted || optedOut || passedOn === word) return;
  passedOn = word;
  note(CONSENT_NOTE, word);
  events.push({ type: 'consent', given: acted });
  send();
};

const tributary: Tributary = {
  click: current,
  consent: (given) => {
    tell(given);
    settle();
  },
  signup: () => {
    if (!current()) return;
    events.push({ type: 'signup' });
    send();
  },
  push: (call) => {
    // One that it doesn't know is no reason to stop.
    guarded(() => tributary[call[0]](call[1] as boolean));
  },
};

const calls = window.tributary ?? [];
// Loaded twice, the first one goes on.
if (Array.isArray(calls)) {
  window.tributary = tributary;
  settle();
  calls.forEach(tributary.push);
  on('visitorConsentCollected', settle);
  // After the handlers of others, which may still read the address.
  on('readystatechange', () => setTimeout(settle));
  setInterval(() => {
    attend();
    // Shopify's API may be there by now, and a cart since the shopper put something into it.
    if (acted === undefined || consent() !== acted) settle();
    else tellCart();
  }, 1000);
  // Forms and links that came later are handed the click when they are used.
  on('click submit', carry);
  on('submit', ({ target }) => {
    if ((target as Element).matches('[data-trb-signup]')) tributary.signup();
  });
  on('visibilitychange pagehide', send);
}
