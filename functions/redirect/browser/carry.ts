// Carries the click into the order: a Shopify cart, WooCommerce's checkout, Stripe's links, and whatever is marked to take it.
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

/** The cart as far as a script can see it: a new one, after an order, has to be told again. */
const cartOf = (id: string) => id + /\bcart=[^;]*/.exec(cookies() ?? '');

let toldCart = noted(CART_NOTE);

/** What a cart is being told: the answer's cookie is there before the answer is, and looks like another cart. */
let telling: string | undefined;

/** Shopify's carts take attributes, which the order has as `note_attributes`. An empty one is removed. */
const carryIntoCart = async (id: string): Promise<void> => {
  const shop = window.Shopify;
  if (!shop || telling === id || toldCart === cartOf(id) || !(id || toldCart)) return;
  telling = id;
  const { ok } = await fetch(`${shop.routes?.root ?? '/'}cart/update.js`, {
    method: 'POST',
    keepalive: true,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ attributes: { [CLICK]: id } }),
  });
  // The answer may have made the cart. One that failed is asked again by the next page.
  telling = undefined;
  toldCart = cartOf(id);
  if (ok) note(CART_NOTE, toldCart);
};

/** WooCommerce's checkout gets a field of our own, which a line of PHP stores. */
const addField = (form: HTMLFormElement): void => {
  if (CLICK in form) return;
  form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: CLICK }));
};

const carryIntoLinks = (id: string): void => {
  each<HTMLAnchorElement>('a[data-trb-carry]', (link) => {
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

/** Hands a click to everything on the page that takes one; an empty one is taken back where that is possible. */
export const carry = (id: string): void => {
  carryIntoCart(id).catch(() => undefined);
  each('form.woocommerce-checkout', addField);
  each<HTMLInputElement>(`input[name=${CLICK}],input[data-trb-click]`, (field) => {
    field.value = id;
  });
  if (id) carryIntoLinks(id);
};
