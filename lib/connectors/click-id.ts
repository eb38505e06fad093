// Finding our click id in what an order carries: only what looks like one is taken, anything else is as if absent.

const CLICK_ID = /^(clk_[A-Za-z0-9_-]{8,200}|ext_.{1,100})$/;

/** The text if it is a click id (`clk_...`, or `ext_...` for an imported click), else null. */
export const clickIdIn = (text: string | null | undefined): string | null =>
  typeof text === 'string' && CLICK_ID.test(text) ? text : null;

/** The click id in a URL's `trb_click`; the URL may be relative (`/?utm_source=...`), or junk, which has none. */
export const clickIdInUrl = (url: string | null | undefined): string | null => {
  if (typeof url !== 'string' || !URL.canParse(url, 'https://shop.invalid')) return null;
  return clickIdIn(new URL(url, 'https://shop.invalid').searchParams.get('trb_click'));
};
