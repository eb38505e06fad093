// What the script reads of the shop's page: its own tag, and what Shopify's themes and browsers offer that types lack.

interface CustomerPrivacy {
  readonly analyticsProcessingAllowed: () => boolean;
  readonly currentVisitorConsent: () => { readonly analytics?: string };
}

interface ShopifyPage {
  readonly routes?: { readonly root?: string };
  readonly customerPrivacy?: CustomerPrivacy;
  readonly loadFeatures?: (
    features: readonly { readonly name: string; readonly version: string }[],
    done: (error?: unknown) => void,
  ) => void;
}

/** A call made before the script was there: `tributary.push(['consent', true])`. */
type Call = readonly [name: 'consent' | 'signup', value?: boolean];

export interface Tributary {
  /** The click that an order made now would carry; empty without one. */
  readonly click: () => string;
  readonly consent: (given: boolean) => void;
  readonly signup: () => void;
  readonly push: (call: Call) => void;
}

declare global {
  interface Window {
    tributary?: Tributary | readonly Call[];
    readonly Shopify?: ShopifyPage;
  }
  interface Navigator {
    readonly globalPrivacyControl?: boolean;
  }
}

/** Null where a module or a tag manager loads the script: then it is found by its name. */
const tag =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[src*="/t.js"]');

const address = new URL(tag?.src || location.href);

/** Where events go. */
export const eventsAddress = new URL('/e', address);

/** `data-merchant` of the tag, or `?merchant=` of its address, for tag managers that drop such attributes. */
export const setting = (name: 'merchant' | 'consent'): string | null =>
  tag?.dataset[name] ?? address.searchParams.get(name);

/** Listens to events of the page, its document's among them, ahead of the page's own handlers. */
export const on = (types: string, listener: (event: Event) => void): void => {
  for (const type of types.split(' ')) addEventListener(type, listener, true);
};
