// The direct model: every reason by name, every boundary at both ends, and what holds for any order.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AttributionRules,
  attributeDirect,
  type ClickTouch,
  type CodeTouch,
  type ConflictPolicy,
  type JudgedTouch,
  type Touch,
} from '../../lib/domain/attribution/direct.ts';
import type { HitKind } from '../../lib/domain/clicks/classify.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 86_400 * SECOND;
const PLACED_AT = Date.UTC(2026, 10, 20, 10);
const anOrder = (over: Partial<Parameters<typeof attributeDirect>[0]> = {}) => ({
  placedAt: PLACED_AT,
  channel: 'web',
  boughtBy: [] as readonly string[],
  ...over,
});

const aClick = (over: Partial<ClickTouch> = {}): ClickTouch => ({
  type: 'click',
  clickId: 'clk_1',
  at: PLACED_AT - DAY,
  creatorId: 'crt_sarah',
  campaignId: 'cmp_click',
  linkId: 'lnk_sarah',
  kind: 'human',
  tieKey: over.clickId ?? 'clk_1',
  creatorArchivedAt: null,
  carried: false,
  ...over,
});

const aCode = (over: Partial<CodeTouch> = {}): CodeTouch => ({
  type: 'code',
  codeId: 'cod_mike',
  code: 'MIKE20',
  creatorId: 'crt_mike',
  campaignId: 'cmp_code',
  discount: 1_000,
  position: 0,
  startsAt: null,
  endsAt: null,
  creatorArchivedAt: null,
  ...over,
});

const someRules = (over: Partial<AttributionRules> = {}): AttributionRules => ({
  version: 'rul_1',
  lookbackDays: 30,
  conflictPolicy: 'code_first',
  ...over,
});
const always = (over: Partial<AttributionRules>) => () => someRules(over);

const attribute = (touches: readonly Touch[], rules: Partial<AttributionRules> = {}) =>
  attributeDirect(anOrder(), touches, always(rules));
/** The one touch judged alone. */
const alone = (touch: Touch, order = anOrder()) => attributeDirect(order, [touch], always({}));
const reasonAlone = (touch: Touch, order = anOrder()) => alone(touch, order).touches[0]?.reason;
const idOf = (touch: Touch) => (touch.type === 'click' ? touch.clickId : touch.codeId);
const reasons = (judged: readonly JudgedTouch[]) =>
  Object.fromEntries(judged.map(({ touch, reason }) => [idOf(touch), reason]));

describe('a click', () => {
  it('owns the order when it is the only touch', () => {
    expect(alone(aClick())).toEqual({
      touches: [{ touch: aClick(), accepted: true, reason: 'in_window' }],
      owner: {
        creatorId: 'crt_sarah',
        campaignId: 'cmp_click',
        linkId: 'lnk_sarah',
        codeId: null,
        clickCampaignId: 'cmp_click',
        instrument: 'click',
        clickId: 'clk_1',
      },
      conflict: false,
      unattributed: null,
      rules: someRules(),
    });
  });

  it.each([
    [30 * DAY, 'in_window'],
    [30 * DAY + 1, 'outside_window'],
    [0, 'in_window'],
    [-1, 'after_order'],
  ])('%i ms before the order is %s', (before, reason) => {
    expect(reasonAlone(aClick({ at: PLACED_AT - before }))).toBe(reason);
  });

  it('is judged by the lookback of its own campaign', () => {
    const rulesFor = (campaignId: string | null) => someRules({ lookbackDays: campaignId === 'cmp_short' ? 1 : 30 });
    const touches = [
      aClick({ clickId: 'clk_short', campaignId: 'cmp_short', at: PLACED_AT - 2 * DAY }),
      aClick({ clickId: 'clk_programme', campaignId: null, at: PLACED_AT - 3 * DAY }),
    ];
    expect(reasons(attributeDirect(anOrder(), touches, rulesFor).touches)).toEqual({
      clk_short: 'outside_window',
      clk_programme: 'in_window',
    });
  });

  it.each([
    [5 * MINUTE, 'in_window'],
    [5 * MINUTE + 1, 'after_order'],
  ])('that the order carried, %i ms after it, is %s', (after, reason) => {
    expect(reasonAlone(aClick({ at: PLACED_AT + after, carried: true }))).toBe(reason);
  });

  it('that the order carried has no longer a lookback than others', () => {
    expect(reasonAlone(aClick({ at: PLACED_AT - 30 * DAY - 1, carried: true }))).toBe('outside_window');
  });

  it.each(['bot', 'preview', 'probe', 'internal'] satisfies HitKind[])('of kind %s is not_human', (kind) => {
    expect(reasonAlone(aClick({ kind }))).toBe('not_human');
    expect(reasonAlone(aClick({ kind, carried: true }))).toBe('not_human');
  });

  it('that was fetched before anybody tapped is not_human, unless the order carried it: somebody did tap then', () => {
    expect(reasonAlone(aClick({ kind: 'prefetch' }))).toBe('not_human');
    expect(reasonAlone(aClick({ kind: 'prefetch', carried: true }))).toBe('in_window');
    expect(reasonAlone(aClick({ kind: 'prefetch', carried: true, at: PLACED_AT - 30 * DAY - 1 }))).toBe(
      'outside_window',
    );
  });

  it('that repeats another is a duplicate, unless the order carried it', () => {
    expect(reasonAlone(aClick({ kind: 'duplicate' }))).toBe('duplicate');
    expect(reasonAlone(aClick({ kind: 'duplicate', carried: true }))).toBe('in_window');
  });

  it.each([
    [PLACED_AT - 1, 'creator_archived'],
    [PLACED_AT, 'creator_archived'],
    [PLACED_AT + 1, 'in_window'],
  ])('of a creator archived at %i is %s', (creatorArchivedAt, reason) => {
    expect(reasonAlone(aClick({ creatorArchivedAt }))).toBe(reason);
  });

  it.each(['pos', 'POS', 'phone', 'marketplace', 'draft'])('counts for nothing on an order by %s', (channel) => {
    const { owner, touches } = alone(aClick({ carried: true }), anOrder({ channel }));
    expect(touches).toMatchObject([{ accepted: false, reason: 'channel_not_web' }]);
    expect(owner).toBeNull();
  });

  it.each(['web', 'app', 'headless', 'other'])('counts on an order by %s', (channel) => {
    expect(reasonAlone(aClick({ carried: true }), anOrder({ channel }))).toBe('in_window');
  });

  it('is beaten by a later one, of whichever creator', () => {
    const touches = [
      aClick({ clickId: 'clk_old', at: PLACED_AT - 3 * DAY, creatorId: 'crt_mike' }),
      aClick({ clickId: 'clk_new', at: PLACED_AT - DAY }),
      aClick({ clickId: 'clk_mid', at: PLACED_AT - 2 * DAY }),
    ];
    const { owner, touches: judged } = attribute(touches);
    expect(owner?.clickId).toBe('clk_new');
    expect(judged.map(({ touch, accepted, reason }) => [idOf(touch), accepted, reason])).toEqual([
      ['clk_old', false, 'beaten_by_later_click'],
      ['clk_mid', false, 'beaten_by_later_click'],
      ['clk_new', true, 'in_window'],
    ]);
  });

  it('is not beaten by a later one that is not eligible', () => {
    const bot = aClick({ clickId: 'clk_bot', at: PLACED_AT, kind: 'bot' });
    expect(attribute([aClick(), bot]).owner?.clickId).toBe('clk_1');
  });

  it('that the order carried is still beaten by a later one', () => {
    const touches = [aClick({ carried: true }), aClick({ clickId: 'clk_2', at: PLACED_AT - 1 })];
    expect(attribute(touches).owner?.clickId).toBe('clk_2');
  });

  it('ties with one of the same instant by tie key, the greater being the later', () => {
    const touches = [
      aClick({ clickId: 'clk_a', tieKey: 'shop-2', linkId: 'lnk_a' }),
      aClick({ clickId: 'clk_z', tieKey: 'shop-1', linkId: 'lnk_z' }),
    ];
    expect(attribute(touches).owner?.linkId).toBe('lnk_a');
    expect(attribute(touches.toReversed()).owner?.linkId).toBe('lnk_a');
  });

  it('carried as a duplicate beats the click it repeats, and the order stays whose it was', () => {
    const touches = [aClick(), aClick({ clickId: 'clk_2', at: PLACED_AT - DAY + 1, kind: 'duplicate', carried: true })];
    const { owner, touches: judged } = attribute(touches);
    expect(owner).toMatchObject({ creatorId: 'crt_sarah', clickId: 'clk_2' });
    expect(reasons(judged)).toEqual({ clk_1: 'beaten_by_later_click', clk_2: 'in_window' });
  });
});

describe('a code', () => {
  it('owns the order when it is the only touch', () => {
    expect(alone(aCode())).toEqual({
      touches: [{ touch: aCode(), accepted: true, reason: 'code_valid' }],
      owner: {
        creatorId: 'crt_mike',
        campaignId: 'cmp_code',
        linkId: null,
        codeId: 'cod_mike',
        clickCampaignId: null,
        instrument: 'code',
        clickId: null,
      },
      conflict: false,
      unattributed: null,
      rules: someRules(),
    });
  });

  it.each([
    [{ startsAt: PLACED_AT }, 'code_valid'],
    [{ startsAt: PLACED_AT + 1 }, 'code_expired'],
    [{ endsAt: PLACED_AT }, 'code_valid'],
    [{ endsAt: PLACED_AT - 1 }, 'code_expired'],
    [{ startsAt: PLACED_AT - 1, endsAt: PLACED_AT + 1 }, 'code_valid'],
  ])('with validity %j is %s', (validity, reason) => {
    expect(reasonAlone(aCode(validity))).toBe(reason);
  });

  it.each([
    [PLACED_AT, 'creator_archived'],
    [PLACED_AT + 1, 'code_valid'],
  ])('of a creator archived at %i is %s', (creatorArchivedAt, reason) => {
    expect(reasonAlone(aCode({ creatorArchivedAt }))).toBe(reason);
  });

  it('counts on an order of any channel', () => {
    const { owner, touches, conflict } = attributeDirect(anOrder({ channel: 'pos' }), [aClick(), aCode()], always({}));
    expect(owner).toMatchObject({ creatorId: 'crt_mike', linkId: null });
    expect(conflict).toBe(false);
    expect(reasons(touches)).toEqual({ clk_1: 'channel_not_web', cod_mike: 'code_valid' });
  });

  it.each([
    ['the larger discount', { discount: 500, position: 0 }, { discount: 501, position: 1 }],
    ['a discount of 0 over an unknown one', { discount: null, position: 0 }, { discount: 0, position: 1 }],
    ['the earlier position at equal discounts', { discount: 500, position: 1 }, { discount: 500, position: 0 }],
    ['the earlier position at unknown discounts', { discount: null, position: 3 }, { discount: null, position: 2 }],
  ])('wins over others by %s', (_by, losing, winning) => {
    const touches = [
      aCode({ ...losing, codeId: 'cod_losing', creatorId: 'crt_zoe' }),
      aCode({ ...winning, codeId: 'cod_winning' }),
    ];
    for (const given of [touches, touches.toReversed()]) {
      const { owner, touches: judged, conflict } = attribute(given);
      expect(owner).toMatchObject({ creatorId: 'crt_mike', codeId: 'cod_winning' });
      expect(reasons(judged)).toEqual({ cod_winning: 'code_valid', cod_losing: 'beaten_by_other_code' });
      expect(conflict).toBe(false);
    }
  });

  it('that is not valid beats no other', () => {
    const expired = aCode({ codeId: 'cod_expired', discount: 9_999, endsAt: PLACED_AT - 1 });
    expect(attribute([expired, aCode()]).owner?.codeId).toBe('cod_mike');
  });
});

describe('a click and a code of one creator', () => {
  const touches = [aClick({ creatorId: 'crt_mike', linkId: 'lnk_mike' }), aCode()];

  it.each([
    ['code_first', 'code', 'cmp_code'],
    ['larger_share', 'code', 'cmp_code'],
    ['review', 'code', 'cmp_code'],
    ['click_first', 'click', 'cmp_click'],
  ] as const)('are no conflict: under %s the %s leads', (conflictPolicy, instrument, campaignId) => {
    const { owner, conflict, touches: judged } = attribute(touches, { conflictPolicy });
    expect(owner).toEqual({
      creatorId: 'crt_mike',
      campaignId,
      linkId: 'lnk_mike',
      codeId: 'cod_mike',
      clickCampaignId: 'cmp_click',
      instrument,
      clickId: 'clk_1',
    });
    expect(conflict).toBe(false);
    expect(reasons(judged)).toEqual({ clk_1: 'in_window', cod_mike: 'code_valid' });
  });
});

describe('a click and a code of one creator, one of them in no campaign', () => {
  it.each([
    ['code_first', 'cmp_a', null],
    ['code_first', null, 'cmp_a'],
    ['click_first', 'cmp_a', null],
    ['click_first', null, 'cmp_a'],
  ] as const)('are credited to the campaign of the other: %s, click %s, code %s', (conflictPolicy, ofClick, ofCode) => {
    const touches = [aClick({ creatorId: 'crt_mike', campaignId: ofClick }), aCode({ campaignId: ofCode })];
    expect(attribute(touches, { conflictPolicy }).owner).toMatchObject({
      campaignId: 'cmp_a',
      clickCampaignId: ofClick,
    });
  });
});

describe('a click and a code of different creators', () => {
  const touches = [aClick(), aCode()];

  it('go to the code under code_first', () => {
    const { owner, conflict, touches: judged } = attribute(touches, { conflictPolicy: 'code_first' });
    expect(owner).toMatchObject({ creatorId: 'crt_mike', codeId: 'cod_mike', linkId: null, clickId: null });
    expect(conflict).toBe(true);
    expect(reasons(judged)).toEqual({ clk_1: 'beaten_by_code', cod_mike: 'code_valid' });
  });

  it('go to the click under click_first', () => {
    const { owner, conflict, touches: judged } = attribute(touches, { conflictPolicy: 'click_first' });
    expect(owner).toMatchObject({ creatorId: 'crt_sarah', codeId: null, linkId: 'lnk_sarah', instrument: 'click' });
    expect(conflict).toBe(true);
    expect(reasons(judged)).toEqual({ clk_1: 'in_window', cod_mike: 'beaten_by_click' });
  });

  it('go to nobody under review, and say so', () => {
    const { owner, conflict, touches: judged, unattributed } = attribute(touches, { conflictPolicy: 'review' });
    expect(owner).toBeNull();
    expect(conflict).toBe(true);
    expect(judged.map(({ accepted }) => accepted)).toEqual([false, false]);
    expect(reasons(judged)).toEqual({ clk_1: 'conflict_review', cod_mike: 'conflict_review' });
    expect(unattributed).toMatchObject({ reason: 'conflict_review', nearest: { codeId: 'cod_mike' } });
  });

  it('are under review even when a stronger code had expired', () => {
    const expired = aCode({ codeId: 'cod_expired', discount: 9_999, endsAt: PLACED_AT - 1 });
    const { unattributed } = attribute([...touches, expired], { conflictPolicy: 'review' });
    expect(unattributed).toMatchObject({ reason: 'conflict_review', nearest: { codeId: 'cod_mike' } });
  });

  describe('under larger_share', () => {
    const clicks = (n: number, over: Partial<ClickTouch>) =>
      Array.from({ length: n }, (_, i) => aClick({ clickId: `clk_x${i}`, at: PLACED_AT - 2 * DAY - i, ...over }));
    const share = (extra: readonly Touch[]) => {
      const result = attribute([...touches, ...extra], { conflictPolicy: 'larger_share' });
      expect(result.conflict).toBe(true);
      return { creatorId: result.owner?.creatorId, ...reasons(result.touches) };
    };

    it('go to the code at a tie', () => {
      expect(share([])).toMatchObject({ creatorId: 'crt_mike', clk_1: 'beaten_by_code', cod_mike: 'code_valid' });
    });

    it("go to the click whose creator has more touches, the code's own clicks counted for it", () => {
      const one = clicks(1, {});
      expect(share(one)).toMatchObject({ creatorId: 'crt_sarah', clk_1: 'in_window', cod_mike: 'beaten_by_click' });
      expect(
        share([...one, aClick({ clickId: 'clk_mike', at: PLACED_AT - 3 * DAY, creatorId: 'crt_mike' })]),
      ).toMatchObject({ creatorId: 'crt_mike', clk_mike: 'beaten_by_later_click' });
    });

    it('count only eligible touches', () => {
      expect(share(clicks(3, { kind: 'bot' })).creatorId).toBe('crt_mike');
      expect(share(clicks(3, { at: PLACED_AT - 31 * DAY })).creatorId).toBe('crt_mike');
    });

    it('count a click and its carried duplicate once', () => {
      const repeat = aClick({ clickId: 'clk_2', at: PLACED_AT - DAY + 1, kind: 'duplicate', carried: true });
      expect(share([repeat]).creatorId).toBe('crt_mike');
    });

    it('count codes that lost to another code', () => {
      expect(share([aCode({ codeId: 'cod_sarah', creatorId: 'crt_sarah', discount: 1 })]).creatorId).toBe('crt_sarah');
    });

    it('are between the two creators in conflict, whatever a third has', () => {
      expect(share(clicks(5, { creatorId: 'crt_zoe' })).creatorId).toBe('crt_mike');
    });
  });

  it("are judged by the code's campaign, else the click's, else the merchant's rules", () => {
    const rulesFor = (campaignId: string | null): AttributionRules => {
      if (campaignId === 'cmp_code') return someRules({ version: 'rul_code', conflictPolicy: 'code_first' });
      if (campaignId === 'cmp_click') return someRules({ version: 'rul_click', conflictPolicy: 'click_first' });
      return someRules({ version: 'rul_merchant', conflictPolicy: 'review' });
    };
    const judgedBy = (click: Partial<ClickTouch>, code: Partial<CodeTouch>) => {
      const { owner, rules } = attributeDirect(anOrder(), [aClick(click), aCode(code)], rulesFor);
      return [owner?.instrument, rules.version];
    };
    expect(judgedBy({}, {})).toEqual(['code', 'rul_code']);
    expect(judgedBy({}, { campaignId: null })).toEqual(['click', 'rul_click']);
    expect(judgedBy({ campaignId: null }, { campaignId: null })).toEqual([undefined, 'rul_merchant']);
  });
});

describe('an order that nobody owns', () => {
  it('had no touch when it has no candidates', () => {
    expect(attribute([])).toEqual({
      touches: [],
      owner: null,
      conflict: false,
      unattributed: { reason: 'no_touch', nearest: null },
      rules: someRules(),
    });
  });

  it('names the click closest in time, and why it was not accepted', () => {
    const touches = [
      aClick({ clickId: 'clk_early', at: PLACED_AT - 40 * DAY }),
      aClick({ clickId: 'clk_late', at: PLACED_AT + 2 * DAY }),
    ];
    expect(attribute(touches).unattributed).toEqual({
      reason: 'after_order',
      nearest: {
        type: 'click',
        clickId: 'clk_late',
        at: PLACED_AT + 2 * DAY,
        creatorId: 'crt_sarah',
        campaignId: 'cmp_click',
        linkId: 'lnk_sarah',
      },
    });
  });

  it('names the click before it rather than one equally long after it', () => {
    const touches = [
      aClick({ clickId: 'clk_after', at: PLACED_AT + MINUTE }),
      aClick({ clickId: 'clk_before', at: PLACED_AT - MINUTE, kind: 'bot' }),
    ];
    expect(attribute(touches).unattributed).toMatchObject({ reason: 'not_human', nearest: { clickId: 'clk_before' } });
  });

  it('names an expired code before any click', () => {
    const touches = [aClick({ at: PLACED_AT + 1 }), aCode({ endsAt: PLACED_AT - DAY })];
    expect(attribute(touches).unattributed).toEqual({
      reason: 'code_expired',
      nearest: {
        type: 'code',
        codeId: 'cod_mike',
        code: 'MIKE20',
        creatorId: 'crt_mike',
        campaignId: 'cmp_code',
      },
    });
  });
});

const creatorIds = fc.constantFrom('crt_a', 'crt_b', 'crt_c');
const campaignIds = fc.constantFrom('cmp_1', 'cmp_2', null);
const archived = fc.option(fc.integer({ min: -2, max: 2 }).map((ms) => PLACED_AT + ms));
const someClick: fc.Arbitrary<Partial<ClickTouch>> = fc.record({
  // Few instants, so that ties are common, and the window's ends among them.
  at: fc.constantFrom(-31, -30, -8, -7, -1, 0, 1).map((days) => PLACED_AT + days * DAY),
  creatorId: creatorIds,
  campaignId: campaignIds,
  kind: fc.constantFrom<HitKind>('human', 'human', 'human', 'duplicate', 'bot'),
  tieKey: fc.constantFrom('a', 'b', 'c'),
  creatorArchivedAt: archived,
  carried: fc.boolean(),
});
const someCode: fc.Arbitrary<Partial<CodeTouch>> = fc.record({
  creatorId: creatorIds,
  campaignId: campaignIds,
  discount: fc.option(fc.nat({ max: 2 })),
  position: fc.nat({ max: 3 }),
  startsAt: fc.option(fc.constantFrom(PLACED_AT - 1, PLACED_AT, PLACED_AT + 1)),
  creatorArchivedAt: archived,
});
const someTouches: fc.Arbitrary<readonly Touch[]> = fc
  .tuple(fc.array(someClick, { maxLength: 6 }), fc.array(someCode, { maxLength: 3 }))
  .map(([clicks, codes]) => [
    ...clicks.map((over, i) => aClick({ ...over, clickId: `clk_${i}`, linkId: `lnk_${i}` })),
    ...codes.map((over, i) => aCode({ ...over, codeId: `cod_${i}` })),
  ]);
const somePolicy = fc.constantFrom<ConflictPolicy>('code_first', 'click_first', 'larger_share', 'review');
const someOrder = fc.constantFrom(anOrder(), anOrder(), anOrder({ channel: 'pos' }));

describe('any order', () => {
  it('is owned by the same creator whatever order its touches come in', () => {
    const shuffled = someTouches.chain((touches) =>
      fc.tuple(fc.constant(touches), fc.shuffledSubarray([...touches], { minLength: touches.length })),
    );
    fc.assert(
      fc.property(shuffled, somePolicy, someOrder, ([touches, other], conflictPolicy, order) => {
        const rulesFor = always({ conflictPolicy });
        expect(attributeDirect(order, other, rulesFor)).toEqual(attributeDirect(order, touches, rulesFor));
      }),
    );
  });

  it('has one owner or a reason for none, and one click and one code accepted at most, all of the owner', () => {
    fc.assert(
      fc.property(someTouches, somePolicy, someOrder, (touches, conflictPolicy, order) => {
        const { owner, unattributed, touches: judged } = attributeDirect(order, touches, always({ conflictPolicy }));
        const accepted = judged.filter((t) => t.accepted).map(({ touch }) => touch);
        const acceptedId = (type: Touch['type']) => accepted.filter((t) => t.type === type).map(idOf);
        expect(judged.length).toBe(touches.length);
        expect(unattributed === null).toBe(owner !== null);
        expect(acceptedId('click')).toEqual(owner?.clickId ? [owner.clickId] : []);
        expect(acceptedId('code')).toEqual(owner?.codeId ? [owner.codeId] : []);
        expect(accepted.every(({ creatorId }) => creatorId === owner?.creatorId)).toBe(true);
        expect(owner === null || accepted.length > 0).toBe(true);
        for (const { accepted: yes, reason } of judged) expect(yes).toBe(/^(in_window|code_valid)$/.test(reason));
      }),
    );
  });

  it('is never lost by a longer lookback, unless the longer one brings a conflict to review', () => {
    fc.assert(
      fc.property(someTouches, somePolicy, fc.constantFrom(1, 7, 29), (touches, conflictPolicy, lookbackDays) => {
        const short = attribute(touches, { conflictPolicy, lookbackDays });
        const long = attribute(touches, { conflictPolicy, lookbackDays: lookbackDays + 1 });
        if (short.owner === null || long.owner !== null) return;
        expect(conflictPolicy).toBe('review');
        expect([short.conflict, long.conflict]).toEqual([false, true]);
      }),
      { numRuns: 500 },
    );
  });

  it('is in conflict under every policy or under none', () => {
    fc.assert(
      fc.property(someTouches, somePolicy, somePolicy, (touches, one, other) => {
        const conflictUnder = (conflictPolicy: ConflictPolicy) => attribute(touches, { conflictPolicy }).conflict;
        expect(conflictUnder(one)).toBe(conflictUnder(other));
      }),
    );
  });
});

const FIXTURES = new URL('../../../shared/fixtures/attribution/timestamped/', import.meta.url);

describe.skipIf(!existsSync(FIXTURES))(
  'the timestamped journeys (skipped where the fixtures folder is missing)',
  () => {
    const rowsOf = (text: string) =>
      text
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(','));
    const table = (name: string) => rowsOf(readFileSync(new URL(name, FIXTURES), 'utf8'));

    it('give each order to the last click of its window, as worked out independently', () => {
      const clicks = Map.groupBy(table('ts_open_clicks.csv'), ([, visitorId]) => visitorId);
      const weights = gunzipSync(readFileSync(new URL('ts_open_expected_weights.csv.gz', FIXTURES))).toString();
      const lastClick = new Map(
        rowsOf(weights).flatMap(([orderId, clickId, , , last]) =>
          Number(last) === 1 ? [[orderId, clickId] as const] : [],
        ),
      );
      const orders = table('ts_open_orders.csv');
      expect(orders.length).toBeGreaterThan(800);
      for (const [orderId, visitorId, ts] of orders) {
        const touches = (clicks.get(visitorId) ?? []).map(([clickId = '', , creatorId = '', at]) =>
          aClick({ clickId, creatorId, at: Number(at) * SECOND }),
        );
        const { owner } = attributeDirect(anOrder({ placedAt: Number(ts) * SECOND }), touches, always({}));
        expect(owner?.clickId, orderId).toBe(lastClick.get(orderId));
      }
    });
  },
);

describe('a creator who is the customer', () => {
  const touches = [aClick(), aCode(), aCode({ codeId: 'cod_sarah', code: 'SARAH15', creatorId: 'crt_sarah' })];

  it('earns nothing by any touch, whatever else would be said of it', () => {
    const order = anOrder({ boughtBy: ['crt_sarah'] });
    expect(reasonAlone(aClick(), order)).toBe('self_purchase');
    expect(reasonAlone(aClick({ at: PLACED_AT - 400 * DAY }), order)).toBe('self_purchase');
    expect(reasonAlone(aCode({ creatorId: 'crt_sarah', endsAt: 0 }), order)).toBe('self_purchase');
    expect(alone(aClick(), order)).toMatchObject({ owner: null, unattributed: { reason: 'self_purchase' } });
  });

  it('leaves the order to whoever else led to it, without a conflict', () => {
    const {
      owner,
      conflict,
      touches: judged,
    } = attributeDirect(anOrder({ boughtBy: ['crt_sarah'] }), touches, always({}));
    expect([owner?.creatorId, conflict]).toEqual(['crt_mike', false]);
    expect(reasons(judged)).toEqual({ clk_1: 'self_purchase', cod_sarah: 'self_purchase', cod_mike: 'code_valid' });
    expect(judged.filter(({ accepted }) => accepted)).toHaveLength(1);
  });
});
