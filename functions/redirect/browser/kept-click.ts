// Where the shop's page keeps the click: a first-party cookie for the whole site, and local storage should that be refused.

export const CLICK = 'trb_click';

/** As far as any attribution looks back: an older click could be credited with nothing. */
const KEPT_MS = 90 * 86_400_000;

/** What is asked of storage, or undefined where it is blocked: then even naming it may throw. */
export const guarded = <T>(ask: () => T): T | undefined => {
  try {
    return ask();
  } catch {
    return undefined;
  }
};

/** The click id in a query, in cookies or in what is stored; empty without one. */
export const clickIn = (text = ''): string => /\btrb_click=(clk_[\w-]{8,200})/.exec(text)?.[1] ?? '';

/**
 * Writes the cookie for the largest domain the browser allows: `shop.example.com` and `checkout.example.com` share one.
 * Suffixes are tried from the shortest on; public ones are refused. What is removed is removed from all.
 */
const writeCookie = (id: string, seconds: number): void => {
  guarded(() => {
    let domain = '';
    location.hostname
      .split('.')
      .reverse()
      .some((label) => {
        domain = label + domain;
        // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
        document.cookie = `${CLICK}=${id};Max-Age=${seconds};Path=/;SameSite=Lax;Secure;Domain=${domain}`;
        domain = `.${domain}`;
        return id && document.cookie.includes(id);
      });
  });
};

export const keep = (id: string): void => {
  guarded(() => localStorage.setItem(CLICK, `${CLICK}=${id} ${Date.now() + KEPT_MS}`));
  writeCookie(id, KEPT_MS / 1000);
};

export const forget = (): void => {
  guarded(() => localStorage.removeItem(CLICK));
  writeCookie('', 0);
};

/** All that scripts may read; undefined where they may not. */
export const cookies = (): string | undefined => guarded(() => document.cookie);

/** The click that is kept; empty without one. The cookie is shared with other hosts of the site, so it is the newer. */
export const keptClick = (): string => {
  const stored = guarded(() => localStorage.getItem(CLICK)) ?? '';
  return clickIn(cookies()) || (Number(stored.split(' ')[1]) > Date.now() ? clickIn(stored) : '');
};

/** A note of this tab alone; undefined where storage is blocked. */
export const noted = (name: string): string | null | undefined => guarded(() => sessionStorage.getItem(name));

export const note = (name: string, value: string): void => {
  guarded(() => sessionStorage.setItem(name, value));
};
