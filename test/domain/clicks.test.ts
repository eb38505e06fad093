// What a hit is: user agents of people, bots and unfurlers, and which rule decides when several would.
import { isbot } from 'isbot';
import { describe, expect, it } from 'vitest';
import { deviceOf, osOf } from '../../lib/domain/clicks/agent-device.ts';
import {
  CLICK_RULES_VERSION,
  classify,
  type Hit,
  type HitJudges,
  readAgent,
} from '../../lib/domain/clicks/classify.ts';
import { CLICK_RULES } from '../../lib/domain/clicks/click-rules.ts';
import { aHit as aPlainHit } from '../support/hits.ts';
import { APPS } from './user-agents/apps.ts';
import { BROWSERS } from './user-agents/browsers.ts';
import { CRAWLERS_IN_APP_CLOTHES, MACHINES, PREVIEWS } from './user-agents/machines.ts';
import { type AgentRow, canBeLookedUp } from './user-agents/row.ts';

const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1';

const aHit = (over: Partial<Hit> = {}): Hit => aPlainHit({ userAgent: SAFARI, ...over });

const judgesWith = (isBot: (userAgent: string) => boolean): HitJudges => ({
  agentOf: (userAgent) => readAgent(userAgent, isBot),
  isInternal: (visitor) => visitor === '20261101own',
});

const whatIs = (over: Partial<Hit>, isBot: (userAgent: string) => boolean = isbot) =>
  classify(aHit(over), judgesWith(isBot));

const cases = (rows: readonly AgentRow[]) => rows.map((row): [string, AgentRow] => [row.userAgent, row]);

describe('the tables of user agents', () => {
  const ALL = [...APPS, ...BROWSERS, ...PREVIEWS, ...MACHINES];

  it('hold at least 60 people in apps, 100 people in all, and 90 machines, each once', () => {
    expect(APPS.length).toBeGreaterThanOrEqual(60);
    expect(APPS.length + BROWSERS.length).toBeGreaterThanOrEqual(100);
    expect(PREVIEWS.length + MACHINES.length).toBeGreaterThanOrEqual(90);
    expect(new Set(ALL.map(({ userAgent }) => userAgent)).size).toBe(ALL.length);
  });

  it('hold at least 60 of either side whose source can be looked up, and each app that creators’ links are followed in', () => {
    const sourced = APPS.filter(canBeLookedUp);
    expect(sourced.length).toBeGreaterThanOrEqual(60);
    expect([...PREVIEWS, ...MACHINES].filter(canBeLookedUp).length).toBeGreaterThanOrEqual(60);
    const apps = new Set(sourced.map(({ app }) => app));
    // YouTube's app opens links in the system's browser: what it asks by itself is among the machines.
    const asked = ['instagram', 'tiktok', 'facebook', 'snapchat', 'pinterest', 'line', 'wechat'];
    expect(asked.filter((app) => !apps.has(app))).toEqual([]);
    expect(APPS.some(({ app }) => app === 'youtube')).toBe(true);
    expect(MACHINES.filter(canBeLookedUp).some(({ userAgent }) => userAgent.includes('youtube'))).toBe(true);
  });

  it('show every rule of user agents that gives a reason of its own', () => {
    const given = CLICK_RULES.flatMap((rule) => ('agent' in rule ? [rule.reason] : []));
    const shown = new Set(ALL.map(({ reason }) => reason));
    expect([...new Set(given)].filter((reason) => !shown.has(reason))).toEqual([]);
  });
});

describe('the user agent of a hit', () => {
  it('names the version of its rules', () => expect(CLICK_RULES_VERSION).toBe('clicks-3'));

  it.each(cases(APPS))('is a person in an app: %s', (userAgent, { kind, reason, app }) => {
    expect(whatIs({ userAgent })).toEqual({ kind, reason });
    expect(readAgent(userAgent, isbot).app).toBe(app);
    expect(whatIs({ userAgent }, () => true).kind, 'whatever the bot list says').toBe('human');
    expect(whatIs({ userAgent: userAgent.toLowerCase() }).kind, 'in lower case').toBe('human');
  });

  it.each(cases(BROWSERS))('is a person in a browser: %s', (userAgent, { kind, reason }) => {
    expect(whatIs({ userAgent })).toEqual({ kind, reason });
    expect(readAgent(userAgent, isbot).app).toBeNull();
  });

  it.each(cases(PREVIEWS))('is an unfurler: %s', (userAgent, { kind, reason }) => {
    expect(whatIs({ userAgent })).toEqual({ kind, reason });
    expect(whatIs({ userAgent }, () => false).kind, 'whatever the bot list says').toBe('preview');
  });

  it.each(cases(MACHINES))('is a machine: %s', (userAgent, { kind, reason }) => {
    expect(whatIs({ userAgent })).toEqual({ kind, reason });
  });

  it.each(CRAWLERS_IN_APP_CLOTHES)('is a crawler, though it names an app: %s', (userAgent) => {
    expect(whatIs({ userAgent }, () => false)).toEqual({ kind: 'bot', reason: 'names_crawler' });
  });

  it.each([null, '', '  '])('is a bot when a live hit has none (%j), a person when imported', (userAgent) => {
    expect(whatIs({ userAgent })).toEqual({ kind: 'bot', reason: 'no_user_agent' });
    expect(whatIs({ userAgent, imported: true })).toEqual({ kind: 'human', reason: 'imported' });
  });

  it('is judged for imported hits that have one', () => {
    expect(whatIs({ userAgent: 'curl/8.7.1', imported: true }).kind).toBe('bot');
  });

  it('leaves what no rule knows to the bot list', () => {
    const asked: string[] = [];
    const isBot = (userAgent: string) => asked.push(userAgent) > 0;
    expect(whatIs({ userAgent: ' Unheard/1.0 ' }, isBot)).toEqual({ kind: 'bot', reason: 'bot_user_agent' });
    expect(asked).toEqual(['Unheard/1.0']);
    expect(whatIs({ userAgent: 'Unheard/1.0' }, () => false)).toEqual({ kind: 'human', reason: 'browser' });
  });

  it('is read in time that does not grow with tricks', () => {
    const long = `Mozilla/5.0 (Linux; ${'; WhatsApp/1.1'.repeat(20)} ${'a'.repeat(300)}`.slice(0, 300);
    const begun = performance.now();
    for (let i = 0; i < 200; i++) readAgent(long, () => false);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe('the request of a hit', () => {
  // Fetch: https://fetch.spec.whatwg.org/#sec-purpose-header; Chromium: blink/common/navigation/preloading_headers.h;
  // X-Moz: Firefox before 115; X-Purpose: Safari's top sites and the Facebook app.
  it.each([
    ['prefetch', 'purpose_prefetch'],
    ['prefetch;anonymous-client-ip', 'purpose_prefetch'],
    ['Prefetch', 'purpose_prefetch'],
    ['prefetch;prerender', 'purpose_prerender'],
    ['prefetch;prerender;preview', 'purpose_prerender'],
    ['Prerender', 'purpose_prerender'],
    ['preview', 'purpose_preview'],
    [': preview', 'purpose_preview'],
  ])('is a prefetch with purpose %s', (purpose, reason) =>
    expect(whatIs({ purpose })).toEqual({ kind: 'prefetch', reason }),
  );

  it.each(['navigate', 'noprefetching', 'previewer', 'livebookmarks'])('is a click with purpose %s', (purpose) =>
    expect(whatIs({ purpose }).kind).toBe('human'),
  );

  it('is a probe when it is HEAD, with whatever name: X sends three of a browser’s', () => {
    expect(whatIs({ method: 'HEAD' })).toEqual({ kind: 'probe', reason: 'head_request' });
    const over: Partial<Hit> = { method: 'HEAD', purpose: 'prefetch', userAgent: 'Slackbot 1.0' };
    expect(whatIs(over)).toEqual({ kind: 'probe', reason: 'head_request' });
  });

  it('is the merchant’s own before anything else', () => {
    const visitor = '20261101own';
    expect(whatIs({ visitor })).toEqual({ kind: 'internal', reason: 'internal_visitor' });
    expect(whatIs({ visitor, method: 'HEAD' }).kind).toBe('internal');
    expect(whatIs({ visitor: null }).kind).toBe('human');
  });

  it('is a prefetch before it is an unfurler or a bot', () => {
    expect(whatIs({ purpose: 'prefetch', userAgent: 'Slackbot 1.0' }).kind).toBe('prefetch');
    expect(whatIs({ purpose: 'prefetch', userAgent: null }).kind).toBe('prefetch');
  });
});

describe('device and system', () => {
  it.each([
    ['iPhone; CPU iPhone OS 17_6 like Mac OS X', 'mobile', 'iOS'],
    ['iPad; CPU OS 12_1_1 like Mac OS X', 'tablet', 'iOS'],
    ['Macintosh; Intel Mac OS X 10_15) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 (', 'tablet', 'iOS'],
    ['Macintosh; Intel Mac OS X 10_15_7', 'desktop', 'macOS'],
    ['Windows NT 10.0; Win64; x64', 'desktop', 'Windows'],
    ['Windows NT 6.1; WOW64; Trident/7.0; Tablet PC 2.0; rv:11.0', 'desktop', 'Windows'],
    ['X11; CrOS x86_64 13904.66.0', 'desktop', 'ChromeOS'],
    ['X11; Linux x86_64', 'desktop', 'Linux'],
    ['Windows Phone 10.0; Android 6.0.1; NOKIA; Lumia 930) Mobile (', 'mobile', 'other'],
    ['Linux; Android 5.1; AFTS Build/LMY47O) AppleWebKit/537.36 (', 'other', 'Android'],
    ['Linux; Android 11; SM-T870) AppleWebKit/537.36 (', 'tablet', 'Android'],
    ['Linux; Android 12; MiTV-AESP0 Build/STT2) AppleWebKit/537.36 (', 'other', 'Android'],
    ['Linux; Android 9; MIBOX4 Build/PI) AppleWebKit/537.36 (', 'other', 'Android'],
    ['Linux; Android 11; Chromecast HD Build/STTE) AppleWebKit/537.36 (', 'other', 'Android'],
    ['Linux; Android 8.0.0; Nexus Player Build/OPR2) AppleWebKit/537.36 (', 'other', 'Android'],
    ['Linux; Android 13; MI PAD 5) AppleWebKit/537.36 (', 'tablet', 'Android'],
    ['Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile (', 'mobile', 'Android'],
    ['SMART-TV; Linux; Tizen 2.3', 'other', 'other'],
    ['PlayStation 4 5.55', 'other', 'other'],
    ['Mobile; rv:15.0', 'mobile', 'other'],
    ['compatible; Amiga-AWeb', 'other', 'other'],
  ])('of %s', (inside, device, os) => {
    const userAgent = `Mozilla/5.0 (${inside})`;
    expect([deviceOf(userAgent, osOf(userAgent)), osOf(userAgent)]).toEqual([device, os]);
  });
});
