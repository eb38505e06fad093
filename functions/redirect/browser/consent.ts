// Whether a click may be kept: no where the browser says so, else as the shop's banner, Shopify or the tag has it.
import { on, setting } from './shop.ts';

/** Global Privacy Control or Do Not Track: whatever a banner says. */
const optedOut = navigator.globalPrivacyControl || navigator.doNotTrack === '1';

let told: boolean | undefined = optedOut ? false : undefined;
let awaitsShopify = false;

/** What the shop's own banner says. */
export const tell = (given: boolean): void => {
  told = given && !optedOut;
};

/** Undefined while nobody has decided: then nothing is kept and nothing is thrown away. */
export const consent = (): boolean | undefined => {
  const privacy = window.Shopify?.customerPrivacy;
  if (told !== undefined) return told;
  if (!privacy) return awaitsShopify || setting('consent') === 'required' ? undefined : true;
  if (privacy.analyticsProcessingAllowed()) return true;
  return privacy.currentVisitorConsent?.().analytics === 'no' ? false : undefined;
};

/** Themes load Shopify's consent API only when asked to. `decided` is called once it is there, and whenever it changes. */
export const askShopify = (decided: () => void): void => {
  const shop = window.Shopify;
  on('visitorConsentCollected', decided);
  if (!shop?.loadFeatures || shop.customerPrivacy) return;
  awaitsShopify = true;
  shop.loadFeatures([{ name: 'consent-tracking-api', version: '0.1' }], (error) => {
    // Without its answer nobody has consented.
    if (!error) decided();
  });
};
