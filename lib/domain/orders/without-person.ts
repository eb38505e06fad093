// What is left of an order's events once the person behind it is erased: the money, the goods and the shop's own numbers.
import type { OrderEvent } from './events.ts';
import type { FoldedOrder } from './fold.ts';
import { type GiftRulesAt, isNamed } from './kind.ts';

/** In place of why an order was entered or cancelled by hand, which is free text: that it was stays known. */
const ERASED_REASON = 'erased';

type Personal = 'customerKeys' | 'clickId' | 'visitor' | 'tags' | 'manualReason' | 'subscriptionId';

/** The keys that tie to a person or a browser, and what people wrote, which may name somebody. */
const withoutPersonal = <T extends Pick<FoldedOrder, Personal>>(told: T): T => {
  const { tags: _tags, subscriptionId: _subscription, visitor: _visitor, manualReason, ...rest } = told;
  const reason = manualReason === undefined ? {} : { manualReason: ERASED_REASON };
  return { ...rest, ...reason, customerKeys: [], clickId: null } as unknown as T;
};

/**
 * An event without the person. Labels go, so that what the merchant's rules call a gift by its labels says so itself from
 * then on.
 */
export const withoutPerson = (event: OrderEvent, rulesAt: GiftRulesAt): OrderEvent => {
  if (event.type === 'cancellation' && event.manualReason !== undefined) {
    return { ...event, manualReason: ERASED_REASON };
  }
  if (event.type !== 'snapshot') return event;
  const isGift = event.kind === 'sale' && isNamed(rulesAt(event.placedAt), event);
  return { ...withoutPersonal(event), kind: isGift ? 'gift' : event.kind };
};

/** A state without the person, to hold against one that was folded from such events. */
export const foldWithoutPerson = <T extends Pick<FoldedOrder, Personal>>(fold: T): T => withoutPersonal(fold);
