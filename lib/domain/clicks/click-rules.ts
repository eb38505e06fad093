// The rules that say what a hit is: one table, in which the first that holds decides. Raise CLICK_RULES_VERSION with any.
import type { Hit, HitJudges, HitLabel } from './classify.ts';

/** Of the request as a whole; these stand before those of user agents. */
interface RequestRule extends HitLabel {
  readonly request: (hit: Hit, judges: HitJudges) => boolean;
}

/** Of the user agent alone, trimmed and not empty. */
interface AgentRule extends HitLabel {
  readonly agent: (userAgent: string, isBot: (userAgent: string) => boolean) => boolean;
  /** The app whose built-in browser it is. */
  readonly app?: string;
}

const request = (kind: HitLabel['kind'], reason: string, when: RequestRule['request']): RequestRule => ({
  kind,
  reason,
  request: when,
});

const agent = (kind: HitLabel['kind'], reason: string, pattern: RegExp): AgentRule => ({
  kind,
  reason,
  agent: (userAgent) => pattern.test(userAgent),
});

const preview = (by: string, pattern: RegExp): AgentRule => agent('preview', `${by}_preview`, pattern);

const hasNoAgent = ({ userAgent }: Hit): boolean => userAgent === null || userAgent.trim() === '';

/** A word of a purpose header: whole, since a header of another meaning may hold one within a word. */
const purposeHas = (word: RegExp) => (hit: Hit) => hit.purpose !== null && word.test(hit.purpose);

/**
 * What a request says of itself. `Sec-Purpose: prefetch` is of the Fetch standard, with `;prerender` and
 * `;anonymous-client-ip` added by Chromium; `Purpose: prefetch` and `X-Moz: prefetch` are its forerunners. `preview` is
 * what Safari's top sites and the Facebook app say (`X-Purpose: preview`) when they load a link that nobody has tapped.
 */
const OF_REQUESTS: readonly RequestRule[] = [
  request('internal', 'internal_visitor', ({ visitor }, { isInternal }) => visitor !== null && isInternal(visitor)),
  request('probe', 'head_request', ({ method }) => method === 'HEAD'),
  request('prefetch', 'purpose_prerender', purposeHas(/\bprerender\b/i)),
  request('prefetch', 'purpose_preview', purposeHas(/\bpreview\b/i)),
  request('prefetch', 'purpose_prefetch', purposeHas(/\bprefetch\b/i)),
  request('human', 'imported', (hit) => hit.imported && hasNoAgent(hit)),
  request('bot', 'no_user_agent', hasNoAgent),
];

/**
 * Apps and services that fetch a link to draw its preview. No bare brand name may stand here: apps put theirs in the user
 * agents of their in-app browsers. Messages (Apple), LINE and KakaoTalk pose as Facebook, and Signal as WhatsApp: they
 * come first.
 */
const OF_PREVIEWS: readonly AgentRule[] = [
  preview('imessage', /facebookexternalhit\S* Facebot Twitterbot/i),
  preview('line', /line-poker/i),
  preview('kakaotalk', /kakaotalk-scrap/i),
  preview('naver', /naver\.me\/scrap/i),
  preview('facebook', /facebookexternalhit|facebookcatalog|\bFacebot\b|meta-externalfetcher/i),
  preview('signal', /^WhatsApp(?:\/2)?$/i),
  preview('whatsapp', /^WhatsApp\/|; WhatsApp\/[\d.]+$/i),
  preview('slack', /\bSlackbot|Slack-ImgProxy/i),
  preview('telegram', /TelegramBot/i),
  preview('discord', /Discordbot/i),
  preview('x', /Twitterbot/i),
  preview('linkedin', /LinkedInBot/i),
  // At the beginning, or after the library that fetches: an app of theirs may name itself after its browser.
  preview(
    'fediverse',
    /^(?:http\.rb\/\S+ \()?(?:Mastodon\/v?\d|Misskey\/|Pleroma|Akkoma|Friendica|GoToSocial|Lemmy\/|PeerTube\/)/i,
  ),
  preview('bluesky', /Bluesky Cardyb/i),
  preview('teams', /SkypeUriPreview/i),
  preview('microsoft', /MicrosoftPreview|BingPreview/i),
  preview('pinterest', /Pinterestbot|^Pinterest\/0/i),
  preview('reddit', /redditbot/i),
  preview('snapchat', /Snap URL Preview|appid: s~snapchat-proxy/i),
  preview('google', /Google-PageRenderer|Google Web Preview|developers\.google\.com\/\+\/web\/snippet/i),
  preview('viber', /^Viber\b(?!.*CFNetwork)/i),
  preview('vk', /vkShare/i),
  preview('steam', /SteamChatURLLookup/i),
  preview('matrix', /Synapse \(bot;/i),
  preview('discourse', /Discourse Forum Onebox/i),
  preview('yahoo', /Yahoo:LinkExpander/i),
  preview('flipboard', /FlipboardProxy/i),
  preview('embed', /Iframely|Embedly|MetaInspector|redditlinkpreview/i),
  preview('other', /link ?(?:preview|expan(?:der|ding))|(?:url|uri) ?preview/i),
];

/**
 * Browsers inside apps, which is where creators' links are mostly followed. Lists of bots have flagged each of these
 * families at some time (words like `google`, `news` or `CUBOT/` in a phone's model), so they are let through first.
 * Apps that carry Facebook's tokens besides their own come before it.
 */
const APPS: readonly (readonly [app: string, pattern: RegExp])[] = [
  ['instagram', /\bInstagram[ /]\d/i],
  ['threads', /\bBarcelona \d/i],
  ['messenger', /FB(?:AN|_IAB)\/(?:Messenger|Orca|MESSENGER)/i],
  ['facebook', /\bFB(?:AN|AV|_IAB)\//i],
  ['tiktok', /musical_ly|musically_go|BytedanceWebview|\bTikTok[ /]|trill_\d|\baweme_/i],
  // Android's has no space before it: `Safari/537.36Snapchat12.1`.
  ['snapchat', /Snapchat\/?\d/i],
  ['pinterest', /Pinterest for (?:iOS|Android)|\[Pinterest\/(?:iOS|Android)\]/i],
  ['line', /\bLine\/\d/i],
  ['wechat', /MicroMessenger\//i],
  ['x', /Twitter for (?:iPhone|iPad)|TwitterAndroid/i],
  ['linkedin', /LinkedInApp/i],
  ['reddit', /\bReddit\/(?:Version|\d)/i],
  ['telegram', /Telegram-(?:Android|iOS)\//i],
  ['youtube', /com\.google\.(?:ios|android)\.youtube\/|\bYouTube\/\d/i],
  ['google', /\bGSA\/\d|\bGoogleApp\/\d|GNews Android\//i],
  ['kakaotalk', /\bKAKAO(?:TALK|STORY)[ /]/i],
  ['naver', /\bNAVER\(inapp/i],
  ['weibo', /\bWeibo \(|__weibo__/i],
  ['qq', /\bQQ\/\d/i],
  ['viber', /^Mozilla\/.*\bViber\b/i],
  ['zalo', /\bZalo (?:iOS|android)\//i],
  ['bing', /\bBing(?:Web|Sapphire)\/\d/i],
  ['yahoo', /\bYJApp-(?:ANDROID|IOS)\b/i],
  ['baidu', /\bbaiduboxapp\//i],
  ['flipboard', /\bFlipboard(?:-Briefing)?\/\d/i],
];

/** What the user agent of a browser has, and an app's own request hasn't; but Facebook's app sends its tokens alone. */
const OF_BROWSER = /\bMozilla\/|\bBrowser\/|^\[FB/i;

const OF_APPS: readonly AgentRule[] = APPS.map(([app, pattern]) => ({
  ...{ kind: 'human', reason: 'in_app_browser', app },
  agent: (userAgent) => pattern.test(userAgent) && OF_BROWSER.test(userAgent),
}));

/** Browsers of people that lists of bots take for machines, by a word in their name. */
const MISTAKEN_BROWSERS =
  /^Mozilla\/5\.0 \((?:iPhone|iPad|Linux|Android|Windows NT|Macintosh)\b.*(?:SogouMobileBrowser|SmartNews|AlipayClient|AliApp\(|DaumApps)/i;

/**
 * Follows links for a program, an app's own code or the system, and draws no page. Besides programs, the libraries by which
 * apps ask: CFNetwork and Network (Apple), Dalvik and Cronet (Android), Alamofire, AFNetworking (`Scale/3.00`).
 */
const HTTP_CLIENT =
  /^(?!Mozilla\/).*(?:\bCFNetwork\/|\bNetwork\/[\d.]+ \w*OS\/|\bDalvik\/|\bCronet\b|\bAlamofire\/|; ?Scale\/\d)|PowerShell\/\d|^(?:curl|wget|okhttp|axios|got|undici|node|node-fetch|go-http-client|python-requests|python-urllib|aiohttp|httpx|libwww-perl|java|apache-httpclient|guzzlehttp|postmanruntime|restsharp|dart|ruby|php|reqwest|scrapy)\b/i;

const isHttpClient = (userAgent: string): boolean =>
  HTTP_CLIENT.test(userAgent) || (!OF_BROWSER.test(userAgent) && APPS.some(([, pattern]) => pattern.test(userAgent)));

/** A system and nothing after it: browsers name their engine there, but for Internet Explorer. */
const NO_BROWSER =
  /^Mozilla\/5\.0 \((?:Windows NT|Macintosh|X11|Linux|iPhone|iPad|Android)\b(?!.*(?:MSIE|Trident))(?:[^()]|\([^()]*\))*\)$/i;

const HEADLESS =
  /Headless|PhantomJS|Chrome-Lighthouse|\bGTmetrix\b|\bjsdom\/|\bPuppeteer\b|\bPlaywright\b|\bSelenium\b/i;

export const CLICK_RULES: readonly (RequestRule | AgentRule)[] = [
  ...OF_REQUESTS,
  ...OF_PREVIEWS,
  // Word, Excel and Outlook load a link themselves, and hand it to the browser after that.
  agent('probe', 'office_link_check', /ms-office\b|^Microsoft Office\b/i),
  agent('bot', 'headless_browser', HEADLESS),
  // Cubot makes phones.
  agent('bot', 'names_crawler', /(?<!cu)bot\b|crawler|spider\b/i),
  ...OF_APPS,
  { kind: 'bot', reason: 'http_client', agent: isHttpClient },
  agent('bot', 'no_browser_named', NO_BROWSER),
  agent('human', 'browser', MISTAKEN_BROWSERS),
  { kind: 'bot', reason: 'bot_user_agent', agent: (userAgent, isBot) => isBot(userAgent.replace(/cubot/gi, 'phone')) },
  { kind: 'human', reason: 'browser', agent: () => true },
];
