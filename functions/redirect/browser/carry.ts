// Carries the click into the order: WooCommerce's checkout, Stripe's links, whatever is marked to take it, and a Shopify cart.
import { consent } from './consent.ts';
import { current } from './current-click.ts';
import { CLICK, clickIn, cookies, guarded, note, noted } from './kept-click.ts';

const CART_NOTE = 'trb_cart';

/** Visits elements one by one; one that can't be handed anything keeps nobody else from it. */
const each = <E extends Element>(selector: string, visit: (element: E) => void): void => {
  for (const element of document.querySelectorAll<E>(selector)) guarded(() => visit(element));
};

let toldCart = noted(CART_NOTE);

/**
 * Shopify's carts take attributes, which the order has as `note_attributes`. An empty one is removed. Only a cart that the shopper
 * has is told, never a new one made: it could take the place of the one that they are putting something into. Another, after an
 * order, has to be told again. Pages of headless shops have no `routes`, and no cart there.
 */
export const tellCart = (): void => {
  const id = current();
  const root = window.Shopify?.routes?.root;
  const cart = /(^| )(cart=[^;]+)/.exec(cookies()!)?.[2];
  const telling = id + cart;
  if (root && cart && toldCart !== telling && (id || toldCart)) {
    toldCart = telling;
    fetch(`${root}cart/update.js`, {
      method: 'POST',
      keepalive: true,
      body: new URLSearchParams(`attributes[${CLICK}]=${id}`),
    }).then(
      // One that failed is asked again by the next page.
      ({ ok }) => ok && note(CART_NOTE, telling),
      () => undefined,
    );
  }
};

/**
 * Hands a click to everything on the page that takes one, but where the shop has written something of its own. Without one it is
 * taken back after a refusal, as if it had never been there; else all is left as it is.
 */
export const carry = (): void => {
  const id = current();
  // WooCommerce's checkout gets a field of our own, which a line of PHP stores.
  each<HTMLFormElement>('form.woocommerce-checkout', (form) => {
    if (CLICK in form) return;
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: CLICK }));
  });
  if (!id && consent() !== false) return;
  each<HTMLInputElement>('input[name=trb_click],input[data-trb-click]', (field) => {
    field.value = id;
  });
  // What the shop itself wrote stays.
  const takes = (held: string | null) => (held ? clickIn(`${CLICK}=${held}`) : id);
  const put = (selector: string, key: 'href' | 'value', name?: string): void =>
    each<HTMLAnchorElement & HTMLInputElement>(selector, (element) => {
      const parameter = name || element.dataset.trbCarry || CLICK;
      const url = new URL(element[key], location.href);
      const query = url.searchParams;
      if (!takes(query.get(parameter))) return;
      if (id) query.set(parameter, id);
      else query.delete(parameter);
      element[key] = url.href;
    });
  put('a[data-trb-carry][href]', 'href');
  put('a[href^="https://buy.stripe.com/"]', 'href', 'client_reference_id');
  // The landing page, which WooCommerce stores by itself.
  put('input[name$=session_entry]', 'value');
  each('stripe-buy-button,stripe-pricing-table', (button) => {
    if (!takes(button.getAttribute('client-reference-id'))) return;
    if (id) button.setAttribute('client-reference-id', id);
    else button.removeAttribute('client-reference-id');
  });
};
