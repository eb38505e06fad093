// Orders entered by hand: told as a `standard` shop would tell them, with why somebody had to.
import * as z from 'zod';
import { Currency, Reference, readable, text } from '../contracts/fields.ts';
import type { Connector } from './connector.ts';
import { parseObject } from './payload-json.ts';
import { standard } from './standard.ts';
import { codeWithAmount, discountWithinItems, orderCustomer, orderData, orderLine } from './standard-shapes.ts';
import { cutText, LONGEST, MOST } from './texts.ts';

/** What events entered by hand say of their platform and topic. */
export const MANUAL = 'manual';

const code = z.union([cutText(LONGEST.code), codeWithAmount.strict()]);

/** A person is told of every slip: nothing here is let pass that a shop's event may have in it. */
export const manualOrder = z
  .strictObject({
    storeId: Reference('sto').meta({ description: 'The store it counts for, whatever its platform' }),
    reason: text(500).meta({ description: 'Why it is entered by hand; shown with the order' }),
    ...orderData.shape,
    externalId: z
      .union([z.string().min(1).max(LONGEST.id).check(readable), z.int().transform(String)])
      .optional()
      .meta({ description: "The shop's id of the order, where it has one: the shop's own events then join it" }),
    currency: Currency,
    discountCodes: z.array(code).max(MOST.codes).nullish(),
    lines: z.array(orderLine.strict()).max(MOST.lines).nullish(),
    customer: orderCustomer.strict().nullish(),
  })
  .refine(({ itemsTotal, lines }) => itemsTotal != null || (lines ?? []).length > 0, {
    path: ['itemsTotal'],
    message: 'is required when there are no lines',
    params: { code: 'required' },
  })
  .check(discountWithinItems);

/** The bytes kept of what was entered; they hold no time of their own, so that a repeat of the request is the same. */
export const manualBody = (
  type: 'order.updated' | 'order.cancelled',
  reason: string,
  data: Readonly<Record<string, unknown>>,
): Uint8Array => Buffer.from(JSON.stringify({ type, reason, data }));

const normalise: Connector['normalise'] = (delivery, options) => {
  const read = standard.normalise(delivery, options);
  const { reason } = parseObject(delivery.raw, Number) ?? {};
  if (read.outcome !== 'order' || typeof reason !== 'string') return read;
  const { event } = read;
  const isOurs = event.type === 'snapshot' || event.type === 'cancellation';
  return isOurs ? { ...read, event: { ...event, manualReason: reason } } : read;
};

/** No webhook is of this platform: nobody signs what is entered by hand. */
export const manual: Connector = {
  verify: () => false,
  signedBy: 'Orders that are entered by hand come by POST /v1/orders',
  identify: (delivery) => ({ ...standard.identify(delivery), topic: MANUAL }),
  normalise,
};
