// What a hit on a short link is (a person, a bot, an unfurler ...), decided on reading from the inputs stored with it.

/** One request to a short link, as stored. */
export interface Hit {
  /** Birth day + keyed hash; null for a hit with GPC or DNT, which belongs to no journey. */
  readonly visitor: string | null;
  /** When it came, in milliseconds since the epoch. */
  readonly at: number;
  readonly linkId: string;
  /** Tells apart hits of one visitor in the same millisecond. */
  readonly suffix: string;
  readonly method: 'GET' | 'HEAD';
  /** Cut to 300 bytes when stored. */
  readonly userAgent: string | null;
  /** `Sec-Purpose`, `Purpose`, `X-Purpose` or `X-Moz` as it came. */
  readonly purpose: string | null;
  /** Imported history often has no user agent, and is trusted to be of people. */
  readonly imported: boolean;
}

/** `internal` is the merchant's own traffic. No rule finds it yet: nothing stored tells it apart. */
export type HitKind = 'human' | 'bot' | 'preview' | 'prefetch' | 'probe' | 'duplicate' | 'internal';

/** What a hit was found to be, and the code of the rule that said so. */
export interface HitLabel {
  readonly kind: HitKind;
  readonly reason: string;
}

/** Changes with any rule below, so that roll-ups made under older rules are known for what they are. */
export const CLICK_RULES_VERSION = 'clicks-1';

// Fetch a link to draw its preview. `facebookexternalhit` also covers iMessage (which adds `Facebot Twitterbot/1.0`),
// LINE's `line-poker` and KakaoTalk; a bare `WhatsApp/2.x` also covers Signal, which borrows it.
// No bare brand name may stand here: apps put theirs in the user agents of their in-app browsers.
const UNFURLER = new RegExp(
  [
    'Slackbot|Slack-ImgProxy',
    '^WhatsApp/',
    'TelegramBot',
    'Discordbot',
    'facebookexternalhit|Facebot',
    'Twitterbot',
    'LinkedInBot',
    String.raw`Mastodon/\d|Misskey/|Pleroma|Akkoma`,
    'Bluesky Cardyb',
    'SkypeUriPreview|MicrosoftPreview|BingPreview',
    'Pinterestbot|^Pinterest/0',
    'redditbot',
    String.raw`Google-PageRenderer|Google Web Preview|developers\.google\.com/\+/web/snippet`,
    'Snap URL Preview',
    'vkShare',
    'Iframely',
    'Embedly',
    String.raw`^Viber\b`,
    'kakaotalk-scrap|line-poker',
    'SteamChatURLLookup',
    String.raw`Synapse \(bot;`,
    'Discourse Forum Onebox',
    'link ?preview',
  ].join('|'),
  'i',
);

// Browsers inside social apps, which is where creators' links are mostly followed. isbot has flagged each of these
// families at some time (words like `google`, `cloud` or `CUBOT/` in a phone's model), so they are let through first.
const IN_APP_BROWSER = new RegExp(
  [
    String.raw`Instagram \d|Barcelona \d`,
    'FBAN/|FBAV/|FB_IAB/',
    String.raw`musical_ly|BytedanceWebview|TikTok|trill_\d`,
    // Android's has no space before it: `Safari/537.36Snapchat12.1`.
    String.raw`Snapchat/?\d`,
    String.raw`Pinterest for (?:iOS|Android)|\[Pinterest/(?:iOS|Android)\]`,
    String.raw`\bLine/\d`,
    'MicroMessenger/',
    'Twitter for (?:iPhone|iPad)|TwitterAndroid',
    'LinkedInApp',
    String.raw`\bGSA/\d`,
    String.raw`com\.google\.(?:ios|android)\.youtube/|\bYouTube/\d`,
  ].join('|'),
  'i',
);

// Cubot makes phones.
const NAMES_CRAWLER = /(?<!cu)bot\b|crawler|spider|headless/i;

interface HitRule extends HitLabel {
  /** `userAgent` is trimmed; empty when the hit came without one. */
  readonly when: (hit: Hit, userAgent: string, isBot: (userAgent: string) => boolean) => boolean;
}

/** The first rule that holds decides. */
const RULES: readonly HitRule[] = [
  { kind: 'probe', reason: 'head_request', when: (hit) => hit.method === 'HEAD' },
  { kind: 'prefetch', reason: 'fetch_purpose', when: (hit) => /prefetch|prerender|preview/i.test(hit.purpose ?? '') },
  { kind: 'preview', reason: 'link_unfurler', when: (_hit, userAgent) => UNFURLER.test(userAgent) },
  { kind: 'human', reason: 'imported', when: (hit, userAgent) => userAgent === '' && hit.imported },
  { kind: 'bot', reason: 'no_user_agent', when: (_hit, userAgent) => userAgent === '' },
  {
    kind: 'bot',
    reason: 'names_crawler',
    when: (_hit, userAgent) => IN_APP_BROWSER.test(userAgent) && NAMES_CRAWLER.test(userAgent),
  },
  { kind: 'human', reason: 'in_app_browser', when: (_hit, userAgent) => IN_APP_BROWSER.test(userAgent) },
  { kind: 'bot', reason: 'bot_user_agent', when: (_hit, userAgent, isBot) => isBot(userAgent) },
];

const BROWSER: HitLabel = { kind: 'human', reason: 'browser' };

/**
 * What one hit is by itself. `duplicate` is never among the answers: it depends on the hits before (see traffic.ts).
 * `isBot` judges user agents that no rule here knows; it is an argument because the list it holds comes from outside.
 */
export function classify(hit: Hit, isBot: (userAgent: string) => boolean): HitLabel {
  const userAgent = (hit.userAgent ?? '').trim();
  const { kind, reason } = RULES.find((rule) => rule.when(hit, userAgent, isBot)) ?? BROWSER;
  return { kind, reason };
}
