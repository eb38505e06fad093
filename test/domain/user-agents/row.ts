// One line of the tables of user agents: what a real string is, and who published it.
import type { HitKind } from '../../../lib/domain/clicks/classify.ts';

export interface AgentRow {
  readonly userAgent: string;
  /** The project or page that lists it. */
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
  telegram: 'https://github.com/DrKLO/Telegram: its web view adds Telegram-Android/<version> (<maker> <model>; ...)',
  office: 'https://webmasters.stackexchange.com/questions/71112',
  officeProtocol: 'https://learn.microsoft.com/archive/blogs/vsofficedeveloper/office-existence-discovery-protocol',
  signal: 'https://github.com/signalapp/Signal-Desktop: linkPreviewFetch poses as WhatsApp/2',
  imessage: 'https://stackoverflow.com/questions/41499402',
  kakao: 'https://devtalk.kakao.com/t/scrap/33984',
  slack: 'https://api.slack.com/robots',
  /** Gathered for clicks-1 from bug reports of bot lists. */
  earlier: 'bug reports of bot lists, gathered for clicks-1',
  /** No whole string was at hand: put together from the token that the app is known by. */
  composed: 'composed from the token that the app is known by',
} as const;

export type Source = keyof typeof SOURCES;

/** Rows of one source that are all the same thing. */
export const rowsOf = (
  source: Source,
  is: Omit<AgentRow, 'userAgent' | 'source'>,
  userAgents: readonly string[],
): readonly AgentRow[] => userAgents.map((userAgent) => ({ userAgent, source: SOURCES[source], ...is }));
