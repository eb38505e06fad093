// One line of the tables of user agents: what a real string is, and who published it.
import type { HitKind } from '../../../lib/domain/clicks/classify.ts';

export interface AgentRow {
  readonly userAgent: string;
  /** The address of the list or page that has it, where it can be looked up; else what is known of where it is from. */
  readonly source: string;
  readonly kind: HitKind;
  readonly reason: string;
  /** The app it is the browser of, where there is one. */
  readonly app?: string;
}

const SOURCES = {
  isbotBrowsers: 'https://github.com/omrilotan/isbot/blob/main/fixtures/browsers.yml',
  isbotCrawlers: 'https://github.com/omrilotan/isbot/blob/main/fixtures/crawlers.yml',
  uaParserBrowsers: 'https://github.com/faisalman/ua-parser-js/blob/master/test/data/ua/browser/browser-all.json',
  uaParserFetchers: 'https://github.com/faisalman/ua-parser-js/blob/master/test/data/ua/extension/fetcher.json',
  uaParserCubot: 'https://github.com/faisalman/ua-parser-js/blob/master/test/data/ua/device/cubot.json',
  uaParserApps: 'https://github.com/faisalman/ua-parser-js/blob/master/test/data/ua/extension/inapp.json',
  uapCore: 'https://github.com/ua-parser/uap-core/blob/master/tests/test_ua.yaml',
  matomoApps: 'https://github.com/matomo-org/device-detector/blob/master/Tests/Parser/Client/fixtures/mobile_app.yml',
  crawlerList: 'https://github.com/monperrus/crawler-user-agents/blob/master/crawler-user-agents.json',
  koreanApps: 'https://github.com/hyunbinseo/blog/blob/main/posts/ko/in-app-user-agent.md',
  matomoNetworking: 'https://github.com/matomo-org/device-detector/issues/7979',
  matomoGtmetrix: 'https://github.com/matomo-org/device-detector/issues/6233',
  isbotInstagram: 'https://github.com/omrilotan/isbot/issues/254',
  /** What the YouTube apps ask by themselves. */
  ytDlp: 'https://github.com/yt-dlp/yt-dlp/blob/master/yt_dlp/extractor/youtube/_base.py',
  powerShell: 'https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/invoke-webrequest',
  /** The default of its `userAgent`. */
  jsdom: 'https://github.com/jsdom/jsdom/blob/main/README.md',
  /** Its web view adds Telegram-Android/<version> (<maker> <model>; ...). */
  telegram: 'https://github.com/DrKLO/Telegram',
  office: 'https://webmasters.stackexchange.com/questions/71112',
  officeProtocol: 'https://learn.microsoft.com/archive/blogs/vsofficedeveloper/office-existence-discovery-protocol',
  /** Its linkPreviewFetch poses as WhatsApp/2. */
  signal: 'https://github.com/signalapp/Signal-Desktop',
  imessage: 'https://stackoverflow.com/questions/41499402',
  kakao: 'https://devtalk.kakao.com/t/scrap/33984',
  slack: 'https://api.slack.com/robots',
  /** From bug reports that were not noted: they are tested, and counted as no source. */
  earlier: 'bug reports and reviews, not noted which',
  /** No whole string was at hand: put together from the token that the app is known by. */
  composed: 'composed from the token that the app is known by',
} as const;

export type Source = keyof typeof SOURCES;

/** Whether anybody can go and see. */
export const canBeLookedUp = ({ source }: AgentRow): boolean => /^https:\/\/\S+$/.test(source);

/** Rows of one source that are all the same thing. */
export const rowsOf = (
  source: Source,
  is: Omit<AgentRow, 'userAgent' | 'source'>,
  userAgents: readonly string[],
): readonly AgentRow[] => userAgents.map((userAgent) => ({ userAgent, source: SOURCES[source], ...is }));
