// Whatever is no person: fetches for a preview, crawlers, programs, headless browsers, programs of Office that look ahead.
import { type AgentRow, rowsOf, type Source } from './row.ts';

const previews = (by: string, source: Source, userAgents: readonly string[]): readonly AgentRow[] =>
  rowsOf(source, { kind: 'preview', reason: `${by}_preview` }, userAgents);

const bots = (reason: string, source: Source, userAgents: readonly string[]): readonly AgentRow[] =>
  rowsOf(source, { kind: 'bot', reason }, userAgents);

export const PREVIEWS: readonly AgentRow[] = [
  ...previews('slack', 'slack', [
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'Slackbot 1.0 (+https://api.slack.com/robots)',
    'Slack-ImgProxy (+https://api.slack.com/robots)',
  ]),
  ...previews('whatsapp', 'isbotCrawlers', ['WhatsApp/2.21.12.21 A', 'whatsapp/2.2123.8 n']),
  ...previews('whatsapp', 'uaParserFetchers', ['WhatsApp/2.23.20.0']),
  ...previews('whatsapp', 'uapCore', ['WhatsApp/2.17.70 W']),
  ...previews('signal', 'signal', ['WhatsApp/2']),
  ...previews('telegram', 'isbotCrawlers', ['TelegramBot (like TwitterBot)']),
  ...previews('discord', 'earlier', ['Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)']),
  ...previews('imessage', 'imessage', [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
  ]),
  ...previews('line', 'earlier', ['facebookexternalhit/1.1;line-poker/1.0']),
  ...previews('kakaotalk', 'kakao', [
    'facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984',
  ]),
  ...previews('naver', 'uaParserFetchers', ['acebookexternalhit/1.1 (compatible; Blueno/1.0; +http://naver.me/scrap)']),
  ...previews('facebook', 'isbotCrawlers', [
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
    'facebookexternalhit/1.0 (+http://www.facebook.com/externalhit_uatext.php)',
    'facebookexternalhit/1.1',
    'facebookcatalog/1.0',
    'facebot',
  ]),
  ...previews('facebook', 'uaParserFetchers', [
    'meta-externalfetcher/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)',
  ]),
  ...previews('x', 'isbotCrawlers', ['Twitterbot/1.0']),
  ...previews('linkedin', 'crawlerList', [
    'LinkedInBot/1.0 (compatible; Mozilla/5.0; Jakarta Commons-HttpClient/4.3 +http://www.linkedin.com)',
    'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
  ]),
  ...previews('fediverse', 'isbotCrawlers', ['http.rb/3.2.0 (Mastodon/2.4.3; +https://uwu.social/)']),
  ...previews('fediverse', 'composed', ['Mastodon/4.2.8 (http.rb/5.1.1; +https://mastodon.social/) Bot']),
  ...previews('fediverse', 'crawlerList', ["Friendica 'The Tazmans Flax-lily' 2019.01-1293; https://hoyer.xyz"]),
  ...previews('bluesky', 'uaParserFetchers', [
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app) Chrome/100.0.0.0 Safari/537.36',
  ]),
  ...previews('teams', 'uaParserFetchers', [
    'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com',
  ]),
  ...previews('microsoft', 'uaParserFetchers', [
    'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; MicrosoftPreview/2.0; +https://aka.ms/MicrosoftPreview) Chrome/W.X.Y.Z Safari/537.36',
  ]),
  ...previews('pinterest', 'uaParserFetchers', [
    'Mozilla/5.0 (compatible; Pinterestbot/1.0; +http://www.pinterest.com/bot.html)',
  ]),
  ...previews('pinterest', 'earlier', ['Pinterest/0.2 (+http://www.pinterest.com/bot.html)']),
  ...previews('reddit', 'isbotCrawlers', ['Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)']),
  ...previews('snapchat', 'uaParserFetchers', [
    'Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots  ',
  ]),
  ...previews('snapchat', 'isbotCrawlers', [
    'AppEngine-Google; (+http://code.google.com/appengine; appid: s~snapchat-proxy)',
  ]),
  ...previews('google', 'uaParserFetchers', [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/56.0.2924.87 Safari/537.36 Google-PageRenderer Google (+https://developers.google.com/+/web/snippet/) ',
  ]),
  ...previews('google', 'uapCore', ['Google (+https://developers.google.com/+/web/snippet/)']),
  ...previews('viber', 'earlier', ['Viber/13.3.0']),
  ...previews('vk', 'crawlerList', ['Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)']),
  ...previews('steam', 'earlier', ['Valve/Steam HTTP Client 1.0 (SteamChatURLLookup)']),
  ...previews('matrix', 'earlier', ['Synapse (bot; +https://github.com/matrix-org/synapse)']),
  ...previews('discourse', 'isbotCrawlers', ['Discourse Forum Onebox v2.6.0.beta2']),
  ...previews('yahoo', 'isbotCrawlers', ['Yahoo:LinkExpander:Slingstone']),
  ...previews('flipboard', 'crawlerList', [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.11; rv:49.0) Gecko/20100101 Firefox/49.0 (FlipboardProxy/1.2; +http://flipboard.com/browserproxy)',
  ]),
  ...previews('embed', 'isbotCrawlers', [
    'Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)',
    'MetaInspector/5.4.0 (+https://github.com/jaimeiniesta/metainspector)',
  ]),
  ...previews('embed', 'uaParserFetchers', ['Iframely/1.3.1 (+https://iframely.com/docs/about)']),
  ...previews('other', 'isbotCrawlers', ['Bitrix link preview', 'Quora Link Preview/1.0 (http://www.quora.com)']),
  ...previews('other', 'uaParserFetchers', [
    'BufferLinkPreviewBot/1.0 (+https://scraper.buffer.com/about/bots/link-preview-bot)',
  ]),
];

export const MACHINES: readonly AgentRow[] = [
  ...bots('names_crawler', 'crawlerList', [
    'Googlebot/2.1 (+http://www.google.com/bot.html)',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 8_3 like Mac OS X) AppleWebKit/600.1.4 (KHTML, like Gecko) Version/8.0 Mobile/12F70 Safari/600.1.4 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
    'Mozilla/5.0 (Linux; Android 8.0; Pixel 2 Build/OPD3.170816.012) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/58.0.9038.1080 Mobile Safari/537.36; Bytespider',
    'Mozilla/5.0 (compatible; BLEXBot/1.0; +http://webmeup-crawler.com/)',
    'bitlybot/3.0 (+http://bit.ly/)',
    'ia_archiver (+http://www.alexa.com/site/help/webmasters; crawler@alexa.com)',
  ]),
  ...bots('names_crawler', 'isbotCrawlers', [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)',
    'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)',
    'CCBot/2.0 (http://commoncrawl.org/faq/)',
    'Mozilla/5.0 (Linux; Android 7.0;) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)',
    'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)',
    'DuckDuckBot/1.0; (+http://duckduckgo.com/duckduckbot.html)',
    'Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.1 (KHTML, like Gecko) Chrome/21.0.1180.89 Safari/537.1; 360Spider',
  ]),
  ...bots('names_crawler', 'uaParserFetchers', [
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot',
  ]),
  ...bots('names_crawler', 'earlier', [
    'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)',
    'Mozilla/5.0 (compatible; TikTokSpider; ttspider-feedback@tiktok.com)',
  ]),
  ...bots('bot_user_agent', 'crawlerList', [
    'Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)',
    'Feedfetcher-Google; (+http://www.google.com/feedfetcher.html; 1 subscribers; feed-id=728742641706423)',
    'Mediapartners-Google',
  ]),
  ...bots('bot_user_agent', 'uaParserFetchers', [
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Perplexity-User/1.0; +https://perplexity.ai/perplexity-user)',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; MistralAI-User/1.0; +https://docs.mistral.ai/robots)',
  ]),
  ...bots('bot_user_agent', 'isbotCrawlers', [
    'ELB-HealthChecker/2.0',
    'Site24x7',
    'Kaspersky Lab CFR link resolver cfradmins@kaspersky.com',
    'Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)',
    'APIs-Google (+https://developers.google.com/webmasters/APIs-Google.html)',
  ]),
  ...bots('headless_browser', 'isbotCrawlers', [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/100.0.4896.88 Safari/537.36',
    'Mozilla/5.0 (Linux; Android 7.0; Moto G (4)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/84.0.4143.7 Mobile Safari/537.36 Chrome-Lighthouse',
  ]),
  ...bots('headless_browser', 'matomoGtmetrix', [
    'Mozilla/5.0 (X11; Linux x86_64; GTmetrix https://gtmetrix.com/) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3770.100 Safari/537.36',
  ]),
  ...bots('headless_browser', 'jsdom', ['Mozilla/5.0 (linux) AppleWebKit/537.36 (KHTML, like Gecko) jsdom/20.0.3']),
  ...bots('headless_browser', 'earlier', [
    'Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1',
  ]),
  ...bots('http_client', 'crawlerList', [
    'curl/7.65.3',
    'Wget/1.20.3 (linux-gnu)',
    'python-requests/2.22.0',
    'Go-http-client/2.0',
    'axios/0.19.0',
  ]),
  ...bots('http_client', 'isbotCrawlers', ['okhttp/3.4.1', 'Java/1.8.0_121', 'PostmanRuntime/7.9.1', 'undici']),
  // An app's own requests draw no page: its browser sends one that begins with Mozilla.
  ...bots('http_client', 'isbotBrowsers', [
    'ExampleApp/1 iPhone5,2 iOS/10_1 CFNetwork/808.3 Darwin/16.3.0',
    'Dalvik/2.1.0 (Linux; U; Android 9; SM-G965U Build/PPR1.180610.011)',
    'com.apple.WebKit.Networking/8613.3.9.0.16 CFNetwork/1335.0.3 Darwin/21.6.0',
    'Viber/12.8.0.1 CFNetwork/1121.2.2 Darwin/19.3.0',
  ]),
  ...bots('http_client', 'matomoApps', [
    'LinkedIn/9.7.1681 CFNetwork/808.1.4 Darwin/16.1.0',
    'com.zhiliaoapp.musically/2023203040 (Linux; U; Android 13; en_US; SM-G990U; Build/TP1A.220624.014; Cronet/TTNetVersion:e8c372ba 2023-11-06 QuicVersion:0d108adb 2023-07-19)',
    'Pinterest for Android Tablet/9.32.1 (gta4xlwifi; 11)',
    'LightSpeed [FBAN/mLite;FBAV/171.0.0.53.116;FBBV/227057459;FBDV/iPhone7,1;FBMD/iPhone;FBSN/iOS;FBSV/12.4.9;FBSS/3;FBCR/;FBID/phone;FBLC/vi_VN;FBOP/0]',
    "Don't Waste My Time! Extension/1.0 (skavans.dont-waste-my-time.extension; build:2; macOS 10.15.7) Alamofire/5.0.4",
    'Flipp-iOS/19.0.0 (iPhone; iOS 14.8; Scale/2.00)',
    'Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.18362.1714',
  ]),
  ...bots('http_client', 'powerShell', [
    'Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.15063; en-US) PowerShell/6.0.0',
  ]),
  ...bots('http_client', 'matomoNetworking', [
    'NetworkingExtension/8619.1.26.30.5 Network/4277.2.5 iOS/18.0',
    'NetworkingExtension/8619.2.8.10.9 CFNetwork/1568.200.51 Darwin/24.1.0',
  ]),
  ...bots('http_client', 'ytDlp', [
    'com.google.ios.youtube/21.02.3 (iPhone16,2; U; CPU iOS 18_3_2 like Mac OS X;)',
    'com.google.android.youtube/21.02.35 (Linux; U; Android 11) gzip',
  ]),
  ...bots('http_client', 'earlier', [
    'TikTok 26.2.0 rv:262018 (iPhone; iOS 14.4.2; en_US) Cronet',
    'TwitterAndroid/10.48.0-release.0 (310480000-r-0) SM-S918B/13 (samsung;SM-S918B;samsung;SM-S918B;0;;1;2015)',
    'MyApp/3.2 (com.example.app; build:3; iOS 17.0.0) Alamofire/5.8.1',
    'Snapchat/13.40.0.41 (iPhone14,5; iOS 18.5; gzip)',
  ]),
  ...bots('no_browser_named', 'composed', [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64)',
    'Mozilla/5.0 (Linux; Android 7.0; Moto G (4))',
  ]),
  ...rowsOf('office', { kind: 'probe', reason: 'office_link_check' }, [
    'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; WOW64; Trident/7.0; InfoPath.3; ms-office)',
    'Microsoft Office Protocol Discovery',
  ]),
  ...rowsOf('officeProtocol', { kind: 'probe', reason: 'office_link_check' }, ['Microsoft Office Existence Discovery']),
  ...rowsOf('isbotBrowsers', { kind: 'probe', reason: 'office_link_check' }, [
    'Mozilla/4.0 (compatible; ms-office; MSOffice 16)',
    'Microsoft Office/16.0 (Windows NT 10.0; Microsoft PowerPoint 16.0.10325; Pro)',
  ]),
];

/** Made up: a crawler that names an app is a crawler all the same. */
export const CRAWLERS_IN_APP_CLOTHES: readonly string[] = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) Mobile/15E148 Instagram 346.0.0.29.92 (compatible; GrowthBot/1.0)',
  'LinkedInApp crawler/2.0',
  'Mozilla/5.0 (Linux; Android 11; CUBOT P40; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/129.0.6668.81 Mobile Safari/537.36 Instagram 270.0.0.17.85 Android (30/11; CUBOT/CUBOT; P40) ScrapeBot/1.0',
];
