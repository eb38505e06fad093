// Why an order is credited as it is: every candidate touch, and the credits of each model.
import * as z from 'zod';

const TouchReason = z.string().meta({
  description:
    'Accepted: in_window, code_valid. Not eligible: outside_window, after_order, not_human, duplicate, channel_not_web, ' +
    'code_expired, creator_archived, self_purchase. Lost to another: beaten_by_later_click, beaten_by_other_code, beaten_by_code, ' +
    'beaten_by_click, conflict_review. docs/metrics.md has a sentence on each',
});

const Touch = z.object({
  type: z
    .enum(['click', 'code', 'survey', 'manual'])
    .meta({ description: 'click or code today; the others are to come' }),
  at: z.string().nullable(),
  creatorId: z.string(),
  campaignId: z.string().nullable(),
  linkId: z.string().nullable(),
  codeId: z.string().nullable(),
  clickId: z.string().nullable(),
  code: z.string().nullable(),
  accepted: z.boolean().meta({ description: 'Whether the credit rests on it' }),
  reason: TouchReason,
});

export const OrderAttribution = z
  .object({
    orderId: z.string(),
    ruleVersion: z
      .string()
      .meta({ description: "The merchant's rules, and after a + the campaign's, of the order's day" }),
    lookbackDays: z.int(),
    conflictPolicy: z.string(),
    touches: z.array(Touch).meta({ description: 'Every candidate: clicks from the oldest on, then codes' }),
    conflict: z.boolean().meta({ description: 'Whether the winning click and code are of different creators' }),
    kind: z
      .enum(['sale', 'renewal', 'exchange', 'gift'])
      .meta({ description: 'Reports show the credit of a renewal beside the sales; a gift is credited to nobody' }),
    creditFollows: z
      .string()
      .nullable()
      .meta({
        description:
          'The order that this renewal or exchange goes back to: touches, rules and credit are its own. Null for an order ' +
          'that stands by itself, or goes back to one not known here',
      }),
    credits: z.record(
      z.string().meta({ description: 'The model' }),
      z.array(
        z.object({
          creatorId: z.string(),
          campaignId: z.string().nullable(),
          linkId: z.string().nullable(),
          codeId: z.string().nullable(),
          share: z.number().meta({ description: '1 = all of it' }),
          netRevenue: z.int().meta({ description: "The part credited; minor units of the merchant's currency" }),
        }),
      ),
    ),
    sealed: z.boolean().meta({
      description:
        'The credit is the one that was kept, not what the touches left here would give: clicks of its day may be gone ' +
        '(retention), or its buyer was erased',
    }),
    selfPurchase: z.boolean().meta({ description: 'Whether one of the creators is the customer' }),
    unknownClickId: z
      .string()
      .nullable()
      .meta({
        description:
          "The click id on the order (of one that goes back to another, on that one), where none of the merchant's clicks is " +
          "behind it: no longer kept, as mostly once the credit is sealed, made up, another merchant's, never stored or not " +
          'yet. Null where one is, for an order without an id, and for one not placed yet',
      }),
    unknownCodes: z.array(z.string()).meta({ description: 'Codes on the order that no creator holds' }),
    unattributed: z
      .object({
        reason: z.string().meta({
          description:
            'no_touch; the reason of the candidate that came nearest; or order_<state>, order_gift for what counts nowhere',
        }),
        nearest: Touch.nullable(),
      })
      .nullable()
      .meta({ description: 'Why nobody is credited; null when somebody is' }),
  })
  .meta({ id: 'OrderAttribution' });
