// Whether a click may be kept: no where the browser says so, else as the shop's banner, Shopify or the tag has it.
import { guarded } from './kept-click.ts';
import { setting } from './shop.ts';

/** Global Privacy Control or Do Not Track: whatever a banner says. */
export const optedOut = navigator.globalPrivacyControl || navigator.doNotTrack === '1';

let told: boolean | undefined;

/** What the shop's own banner says. */
export const tell = (given: boolean): void => {
  told = given;
};

/**
 * True or false is somebody's word; 1 is yes where nobody has to be asked. Undefined while nobody has decided, or whom to ask is
 * not known, as the page is still loading: then nothing is kept and nothing is thrown away.
 */
export const consent = (): boolean | 1 | undefined => {
  const asked = setting('consent');
  const shop = window.Shopify;
  if (optedOut) return false;
  if (told !== undefined) return told;
  if (asked === 'off') return 1;
  // Undefined as well until all of the API is there: some pages put up a part of it first.
  if (shop) {
    return guarded(() => {
      const privacy = shop.customerPrivacy!;
      return (
        privacy.analyticsProcessingAllowed() || (privacy.currentVisitorConsent().analytics === 'no' ? false : undefined)
      );
    });
  }
  return asked === 'required' || document.readyState === 'loading' ? undefined : 1;
};

let awaited = false;

/** Themes load Shopify's consent API only when asked to, by a function that itself comes late. `decided` is called once it is there. */
export const askShopify = (decided: () => void): void => {
  const shop = window.Shopify;
  if (awaited || !shop?.loadFeatures) return;
  awaited = true;
  guarded(() => shop.loadFeatures!([{ name: 'consent-tracking-api', version: '0.1' }], decided));
};
