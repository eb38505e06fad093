// Carries the click into the order: WooCommerce's checkout, Stripe's links, whatever is marked to take it, and a Shopify cart.
import { CLICK, cookies, guarded, note, noted } from './kept-click.ts';

const CART_NOTE = 'trb_cart';

/** Visits elements one by one; one that can't be handed anything keeps nobody else from it. */
const each = <E extends Element>(selector: string, visit: (element: E) => void): void => {
  document.querySelectorAll<E>(selector).forEach((element) => {
    guarded(() => visit(element));
  });
};

const withParameter = (address: string, name: string, value: string): string => {
  const url = new URL(address, location.href);
  url.searchParams.set(name, value);
  return url.href;
};

let toldCart = noted(CART_NOTE);

/**
 * Shopify's carts take attributes, which the order has as `note_attributes`. An empty one is removed. Only a cart that the shopper
 * has is told, never a new one made: it could take the place of the one that they are putting something into. Another, after an
 * order, has to be told again. Pages of headless shops have no `routes`, and no cart there.
 */
export const tellCart = (id: string): void => {
  const root = window.Shopify?.routes?.root;
  const cart = /(^| )(cart=[^;]+)/.exec(cookies()!)?.[2];
  const telling = id + cart;
  if (!root || !cart || toldCart === telling || !(id || toldCart)) return;
  toldCart = telling;
  fetch(`${root}cart/update.js`, {
    method: 'POST',
    keepalive: true,
    body: new URLSearchParams({ [`attributes[${CLICK}]`]: id }),
  }).then(
    // One that failed is asked again by the next page.
    ({ ok }) => ok && note(CART_NOTE, telling),
    () => undefined,
  );
};

/** WooCommerce's checkout gets a field of our own, which a line of PHP stores. */
const addField = (form: HTMLFormElement): void => {
  if (CLICK in form) return;
  form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: CLICK }));
};

/** Hands a click to everything on the page that takes one. Without one, fields are emptied after a refusal, and else left as they are. */
export const carry = (id: string, refused?: boolean): void => {
  each('form.woocommerce-checkout', addField);
  if (id || refused) {
    each<HTMLInputElement>(`input[name=${CLICK}],input[data-trb-click]`, (field) => {
      field.value = id;
    });
  }
  if (!id) return;
  each<HTMLAnchorElement>('a[data-trb-carry][href]', (link) => {
    link.href = withParameter(link.href, link.dataset.trbCarry || CLICK, id);
  });
  each<HTMLAnchorElement>('a[href^="https://buy.stripe.com/"]:not([href*=client_reference_id])', (link) => {
    link.href = withParameter(link.href, 'client_reference_id', id);
  });
  each(':is(stripe-buy-button,stripe-pricing-table):not([client-reference-id])', (button) => {
    button.setAttribute('client-reference-id', id);
  });
  // The landing page, which WooCommerce stores by itself.
  each<HTMLInputElement>('input[name$=session_entry]', (field) => {
    field.value = withParameter(field.value, CLICK, id);
  });
};
