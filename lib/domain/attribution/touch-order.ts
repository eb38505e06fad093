// In which order an order's touches are held against each other.
import type { ClickTouch, CodeTouch } from './direct.ts';

const compareText = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

/** Oldest click first. */
export function compareClicks(a: ClickTouch, b: ClickTouch): number {
  return a.at - b.at || compareText(a.tieKey, b.tieKey) || compareText(a.clickId, b.clickId);
}

/** Strongest code first: the largest discount (unknown is less than any), then the shop's order. */
export function compareCodes(a: CodeTouch, b: CodeTouch): number {
  if (a.discount !== b.discount) {
    if (a.discount === null || b.discount === null) return a.discount === null ? 1 : -1;
    return b.discount - a.discount;
  }
  return a.position - b.position || compareText(a.codeId, b.codeId);
}
