// What calls itself what: browsers of people, unfurlers of links, and crawlers.

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const ANDROID = 'Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/BP1A.250505.005; wv) AppleWebKit/537.36';
const CHROME = 'Chrome/141.0.0.0';

/** Creators' links are mostly followed inside the apps they stand in. */
export const BROWSERS: readonly string[] = [
  `${IPHONE} Mobile/15E148 Instagram 401.0.0.35.118 (iPhone16,2; iOS 18_6; en_US; en; scale=3.00; 1290x2796; 776134208)`,
  `${IPHONE} Mobile/22G86 musical_ly_41.8.0 BytedanceWebview/d8a21c6 JsSdk/2.0 NetType/WIFI Channel/App Store`,
  `${IPHONE} Version/18.6 Mobile/15E148 Safari/604.1`,
  `${ANDROID} (KHTML, like Gecko) Version/4.0 ${CHROME} Mobile Safari/537.36 Instagram 401.0.0.48.79 Android`,
  `Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) ${CHROME} Mobile Safari/537.36`,
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ${CHROME} Safari/537.36`,
  `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15`,
  'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0',
];

export const UNFURLERS: readonly string[] = [
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'WhatsApp/2.23.20.0',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'TelegramBot (like TwitterBot)',
  'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
];

export const CRAWLERS: readonly string[] = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.3; +https://openai.com/gptbot)',
  'python-requests/2.32.5',
  'curl/8.15.0',
];
