// Where the shop's page keeps the click: a first-party cookie for the whole site, and local storage should that be refused.

export const CLICK = 'trb_click';

/** As far as any attribution looks back: an older click could be credited with nothing. */
const KEPT_SECONDS = 90 * 86_400;

/** What is asked of storage, or undefined where it is blocked: then even naming it may throw. */
export const guarded = <T>(ask: () => T): T | undefined => {
  try {
    return ask();
  } catch {
    return undefined;
  }
};

/** The click id in a query, in cookies or in what is stored; empty without one. */
export const clickIn = (text?: string): string => /\btrb_click=(clk_[\w-]{8,200})/.exec(text!)?.[1] ?? '';

/** All that scripts may read; undefined where they may not. */
export const cookies = (): string | undefined => guarded(() => document.cookie);

/**
 * Keeps a click; an empty one takes back what is kept. The cookie is for the largest domain the browser allows:
 * `shop.example.com` and `checkout.example.com` share one. Suffixes are tried from the shortest on, public ones are refused, and
 * last comes no domain at all. What the shop's server set for fewer hosts may be read first, so it goes on until the click is
 * what is read: once it is there, what hides it is removed.
 */
export const keep = (id: string): void => {
  const pair = `${CLICK}=${id}`;
  guarded(() =>
    id ? localStorage.setItem(CLICK, `${pair} ${Date.now() + KEPT_SECONDS * 1000}`) : localStorage.removeItem(CLICK),
  );
  let domain = '';
  for (const label of `.${location.hostname}`.split('.').reverse()) {
    if (clickIn(cookies()) === id) return;
    domain = label && `.${label}${domain}`;
    guarded(() => {
      const seconds = document.cookie.includes(pair) ? 0 : KEPT_SECONDS;
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
      document.cookie = `${pair};Max-Age=${seconds};Path=/;SameSite=Lax;Secure;Domain=${domain}`;
    });
  }
};

/** The click that is kept; nothing without one. The cookie is shared with other hosts of the site, so it is the newer. */
export const keptClick = (): string | false | undefined =>
  clickIn(cookies()) ||
  guarded(() => {
    const stored = localStorage.getItem(CLICK)!;
    return +stored.split(' ')[1]! > Date.now() && clickIn(stored);
  });

/** A note of this tab alone; undefined where storage is blocked. */
export const noted = (name: string): string | null | undefined => guarded(() => sessionStorage.getItem(name));

export const note = (name: string, value: string): void => {
  guarded(() => sessionStorage.setItem(name, value));
};
