// What a hit is: user agents of people, bots and unfurlers, and which rule decides when several would.
import { isbot } from 'isbot';
import { describe, expect, it } from 'vitest';
import { CLICK_RULES_VERSION, classify, type Hit } from '../../lib/domain/clicks/classify.ts';

const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1';

const aHit = (over: Partial<Hit> = {}): Hit => ({
  visitor: '2026-11-20-a1',
  at: Date.UTC(2026, 10, 20, 10),
  linkId: 'lnk_1',
  suffix: 'aaaaaaaa',
  method: 'GET',
  userAgent: SAFARI,
  purpose: null,
  imported: false,
  ...over,
});

const whatIs = (over: Partial<Hit>) => classify(aHit(over), isbot);

const IOS = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const webView = (system: string, chrome = '129.0.6668.81') =>
  `Mozilla/5.0 (Linux; ${system}; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/${chrome} Mobile Safari/537.36`;

/** As published: in bug reports of bot lists, and in the test tables of other projects. */
const IN_APP = [
  `${IOS} Mobile/15E148 Instagram 346.0.0.29.92 (iPhone15,2; iOS 17_6; fr_FR; fr; scale=3.00; 1179x2556; 634826386)`,
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML,like Gecko) Mobile/21F79 Instagram 330.0.3.29.91 (iPhone14,3; iOS 17_5; en_IR@calendar=gregorian; en; scale=3.00; 1125x2436; 595323416)',
  `${webView('Android 13; 23028RN4DI Build/TP1A.220624.014', '119.0.6045.66')} Instagram 308.0.0.36.109 Android (33/13; 320dpi; 720x1460; Xiaomi/Redmi; 23028RN4DI; cloud; mt6765; en_IN; 534961943)`,
  `${webView('Android 9; Eluga I8 Build/PPR1.180610.011', '121.0.6167.178')} Instagram 340.0.0.14.109 Android (28/9; 320dpi; 720x1371; PANASONIC/Panasonic; Eluga I8; Eluga_I8; mt6765; en_IN; 622085927)`,
  `${webView('Android 8.1.0; ELUGA X1 Build/O11019', '126.0.6478.122')} Instagram 337.0.0.35.102 Android (27/8.1.0; 480dpi; 1080x2102; PANASONIC/Panasonic; ELUGA X1; ELUGA_X1; mt6771; en_IN; 615043694)`,
  `${webView('Android 8.1.0; Pixel 2 Build/OPM2.171026.006.G1', '85.0.4183.81')} Instagram 157.0.0.37.120 Android (27/8.1.0; 420dpi; 1080x1794; Google/google; Pixel 2; walleye; walleye; en_US; 242168941)`,
  'Mozilla/5.0 (Linux; Android 12; moto g(50) 5G Build/S1RSS32.38-20-9-13; wv) AppleWebKit/537.36 (KHTML,like Gecko) Version/4.0 Chrome/124.0.6367.180 Mobile Safari/537.36 Instagram 333.0.0.42.91 Android (31/12; 280dpi; 720x1462; motorola; moto g(50) 5G; saipan; mt6833; pt_BR; 604247853)',
  `${webView('Android 14; SM-S911B Build/UP1A.231005.007', '129.0.6668.81')} Instagram 349.0.0.39.105 Android (34/14; 480dpi; 1080x2340; samsung; SM-S911B; dm1q; qcom; fr_FR; 634826385)`,
  `${IOS} Mobile/15E148 Barcelona 349.0.0.21.106 (iPhone15,2; iOS 17_6; fr_FR; fr; scale=3.00; 1179x2556; 635000000)`,
  `${IOS} Mobile/15E148 [FBAN/FBIOS;FBAV/481.0.0.48.106;FBBV/634720372;FBDV/iPhone15,2;FBMD/iPhone;FBSN/iOS;FBSV/17.6;FBSS/3;FBID/phone;FBLC/fr_FR;FBOP/5]`,
  '[FBAN/FB4A;FBAV/567.1.0.52.74;FBBV/1003893689;FBDM/{density=3.0,width=1080,height=2340};FBLC/nl_NL;FBRV/1012267334;FBCR/NL KPN;FBMF/samsung;FBBD/samsung;FBPN/com.facebook.katana;FBDV/SM-S921B;FBSV/16;FBOP/1;FBCA/arm64-v8a:;]',
  `${IOS} Mobile/15E148 musical_ly_36.5.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/fr Region/FR ByteFullLocale/fr`,
  `${webView('Android 8.1.0; CPH1901 Build/OPM1.171019.026', '91.0.4472.120')}  trill_200005 JsSdk/1.0 NetType/WIFI Channel/googleplay AppName/trill app_version/20.0.5 ByteLocale/id-ID ByteFullLocale/id-ID Region/ID BytedanceWebview/d8a21c6`,
  `${webView('Android 10; SM-G973F Build/QQ3A.200805.001', '85.0.4183.101')} trill_2021806060 JsSdk/1.0 NetType/WIFI Channel/googleplay AppName/musical_ly app_version/18.6.6 ByteLocale/fr ByteFullLocale/fr Region/FR`,
  `${webView('Android 8.1.0; BQ-5516L Build/O11019', '81.0.4044.117')} trill_2021509030 JsSdk/1.0 NetType/WIFI Channel/googleplay AppName/musical_ly app_version/15.9.3 ByteLocale/ru-RU ByteFullLocale/ru-RU Region/RU AppSkin/white`,
  'Mozilla/5.0 (iPhone; CPU iPhone OS 15_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.3 Mobile/15E148 Snapchat/11.64.0.38 (like Safari/8612.4.9.0.3, panda)',
  `${IOS} Mobile/15E148 Snapchat/13.10.0.42 (like Safari/8618.3.11.10.5, panda)`,
  'Mozilla/5.0 (iPad; CPU OS 8_4_1 like Mac OS X) AppleWebKit/600.1.4 (KHTML, like Gecko) Mobile/12H321 [Pinterest/iOS]',
  `${IOS} Mobile/15E148 Safari Line/14.14.0`,
  `${IOS} Mobile/15E148 MicroMessenger/8.0.50(0x1800323c) NetType/WIFI Language/zh_CN`,
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21G93 Twitter for iPhone/10.64.1',
  `${IOS} Mobile/15E148 [LinkedInApp]/9.30.1563`,
  `${webView('Android 16; SM-A176U Build/BP2A.250605.031', '151.0.7922.85')} [LinkedInApp]/2.312.70`,
  `${IOS} GSA/333.0.676775632 Mobile/15E148 Safari/604.1`,
];

/** Put together from the tokens these apps are known by, where no whole string was at hand. */
const IN_APP_COMPOSED = [
  `${webView('Android 11; CUBOT P40 Build/RP1A.200720.011')} Instagram 270.0.0.17.85 Android (30/11; 320dpi; 720x1440; CUBOT/CUBOT; P40; P40; mt6762; de_DE; 450000000)`,
  `${webView('Android 14; SM-S911B Build/UP1A.231005.007')} [FB_IAB/FB4A;FBAV/481.0.0.58.90;]`,
  'TikTok 26.2.0 rv:262018 (iPhone; iOS 14.4.2; en_US) Cronet',
  `${webView('Android 11; SM-G970U Build/RP1A.200720.012')}Snapchat11.15.0.34 (SM-G970U; Android 11#G970USQS4EUA1#30; gzip)`,
  `${webView('Android 14; SM-S911B Build/UP1A.231005.007')} [Pinterest/Android]`,
  'Pinterest for iOS/12.1 (iPhone14,2; 17.5)',
  `${webView('Android 13; SO-51C Build/64.1.D.0.134')} Line/13.19.1/IAB`,
  `${webView('Android 13; Pixel 7 Build/TQ3A.230901.001')} TwitterAndroid`,
  'com.google.ios.youtube/19.29.1 (iPhone16,2; U; CPU iOS 17_5_1 like Mac OS X;)',
  'com.google.android.youtube/17.36.4 (Linux; U; Android 12; GB) gzip',
];

const BROWSERS = [
  SAFARI,
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/129.0.6668.69 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 8.0.0; CUBOT_P20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/70.0.3538.110 Mobile Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36 Edg/129.0.0.0',
  'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36 OPR/114.0.0.0',
  'Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/84.0.4147.111 Mobile DuckDuckGo/5 Safari/537.36',
];

const UNFURLERS = [
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Slackbot 1.0 (+https://api.slack.com/robots)',
  'Slack-ImgProxy (+https://api.slack.com/robots)',
  'WhatsApp/2.23.20.0',
  'WhatsApp/2.21.12.21 A',
  'TelegramBot (like TwitterBot)',
  'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
  'facebot',
  'Twitterbot/1.0',
  'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
  'http.rb/5.1.1 (Mastodon/4.2.10; +https://mastodon.social/)',
  'Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app) Chrome/120.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com',
  'Mozilla/5.0 (compatible; Pinterestbot/1.0; +http://www.pinterest.com/bot.html)',
  'Pinterest/0.2 (+http://www.pinterest.com/bot.html)',
  'Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)',
  'Mozilla/5.0 Google-PageRenderer Google (+https://developers.google.com/+/web/snippet/)',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/56.0.2924.87 Safari/537.36 Google (+https://developers.google.com/+/web/snippet/)',
  'Mozilla/5.0 (compatible; Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots)',
  'Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)',
  'Iframely/1.3.1 (+https://iframely.com/docs/about)',
  'Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)',
  'Viber/13.3.0',
  'facebookexternalhit/1.1;line-poker/1.0',
  'facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984',
  'Valve/Steam HTTP Client 1.0 (SteamChatURLLookup)',
  'Synapse (bot; +https://github.com/matrix-org/synapse)',
  'Discourse Forum Onebox v2.6.0.beta2',
  'Bitrix link preview',
];

const BOTS = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0.3987.92 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)',
  'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
  'Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)',
  'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)',
  'Mozilla/5.0 (Linux; Android 6.0; Nexus 5 Build/MRA58N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/51.0.5668.1446 Mobile Safari/537.36; Bytespider;bytespider@bytedance.com',
  'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)',
  'DuckDuckBot/1.0; (+http://duckduckgo.com/duckduckbot.html)',
  'CCBot/2.0 (http://commoncrawl.org/faq/)',
  'AdsBot-Google (+http://www.google.com/adsbot.html)',
  'FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.6099.28 Safari/537.36',
  'Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1',
  'Mozilla/5.0 (Linux; Android 11; moto g power (2022)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse',
  'curl/8.7.1',
  'Wget/1.21.4',
  'python-requests/2.32.3',
  'Go-http-client/2.0',
  'Java/17.0.2',
  'node-fetch/1.0 (+https://github.com/bitinn/node-fetch)',
  'ELB-HealthChecker/2.0',
  'ia_archiver (+http://www.alexa.com/site/help/webmasters; crawler@alexa.com)',
  'Mozilla/5.0',
];

/** Made up, but for TikTok's own spider. */
const CRAWLERS_IN_APP_CLOTHES = [
  'Mozilla/5.0 (compatible; TikTokSpider; ttspider-feedback@tiktok.com)',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) Mobile/15E148 Instagram 346.0.0.29.92 (compatible; GrowthBot/1.0)',
  'LinkedInApp crawler/2.0',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.6099.28 Safari/537.36 [FBAN/FBIOS;FBAV/468.0]',
  `${webView('Android 11; CUBOT P40')} Instagram 270.0.0.17.85 Android (30/11; CUBOT/CUBOT; P40) ScrapeBot/1.0`,
];

describe('the user agent of a hit', () => {
  it('names the version of its rules', () => expect(CLICK_RULES_VERSION).toBe('clicks-1'));

  it.each([...IN_APP, ...IN_APP_COMPOSED])('is a person in an app: %s', (userAgent) => {
    expect(whatIs({ userAgent })).toEqual({ kind: 'human', reason: 'in_app_browser' });
    expect(classify(aHit({ userAgent }), () => true).kind, 'whatever the bot list says').toBe('human');
  });

  it.each(BROWSERS)('is a person in a browser: %s', (userAgent) => {
    expect(whatIs({ userAgent })).toEqual({ kind: 'human', reason: 'browser' });
  });

  it.each(UNFURLERS)('is an unfurler: %s', (userAgent) => {
    expect(whatIs({ userAgent })).toEqual({ kind: 'preview', reason: 'link_unfurler' });
    expect(classify(aHit({ userAgent }), () => false).kind, 'whatever the bot list says').toBe('preview');
  });

  it.each(BOTS)('is a bot: %s', (userAgent) => {
    expect(whatIs({ userAgent })).toEqual({ kind: 'bot', reason: 'bot_user_agent' });
  });

  it.each(CRAWLERS_IN_APP_CLOTHES)('is a crawler, though it names an app: %s', (userAgent) => {
    expect(classify(aHit({ userAgent }), () => false)).toEqual({ kind: 'bot', reason: 'names_crawler' });
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
    expect(classify(aHit({ userAgent: ' Unheard/1.0 ' }), isBot).kind).toBe('bot');
    expect(asked).toEqual(['Unheard/1.0']);
  });
});

describe('the request of a hit', () => {
  it.each(['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip', 'Prerender', 'preview'])(
    'is a prefetch with purpose %s',
    (purpose) => expect(whatIs({ purpose })).toEqual({ kind: 'prefetch', reason: 'fetch_purpose' }),
  );

  it('is a click with any other purpose', () => expect(whatIs({ purpose: 'navigate' }).kind).toBe('human'));

  it('is a probe when it is HEAD, before anything else', () => {
    const over: Partial<Hit> = { method: 'HEAD', purpose: 'prefetch', userAgent: 'Slackbot 1.0' };
    expect(whatIs(over)).toEqual({ kind: 'probe', reason: 'head_request' });
  });

  it('is a prefetch before it is an unfurler or a bot', () => {
    expect(whatIs({ purpose: 'prefetch', userAgent: 'Slackbot 1.0' }).kind).toBe('prefetch');
    expect(whatIs({ purpose: 'prefetch', userAgent: null }).kind).toBe('prefetch');
  });
});
