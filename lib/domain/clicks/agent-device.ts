// The class of device and the family of operating system that a user agent names. Models and versions are not told apart.

export const DEVICE_CLASSES = ['mobile', 'tablet', 'desktop', 'other'] as const;
export type DeviceClass = (typeof DEVICE_CLASSES)[number];

export const OS_FAMILIES = ['iOS', 'Android', 'Windows', 'macOS', 'Linux', 'ChromeOS', 'other'] as const;
export type OsFamily = (typeof OS_FAMILIES)[number];

/** The first that holds decides: Windows phones and televisions name systems that they are not. */
const SYSTEMS: readonly (readonly [OsFamily, RegExp])[] = [
  [
    'other',
    /Windows (?:Phone|CE|Mobile|IoT)|IEMobile|Tizen|Web0S|webOS|KAIOS|SymbianOS|Symbian|PlayStation|Nintendo|Xbox/i,
  ],
  ['iOS', /\b(?:iPhone|iPad|iPod)|Macintosh.*\bMobile\/|FBSN\/i(?:Pad)?OS|FBAN\/\w*iOS|\biOS[ /;]/i],
  ['ChromeOS', /\bCrOS\b/],
  ['Android', /Android|FB(?:AN|_IAB)\/FB4A|HarmonyOS|\bAdr\b/i],
  ['Windows', /Windows|\bWin(?:32|64|98|95)\b/i],
  ['macOS', /Macintosh|Mac OS X|Mac_PowerPC|Darwin\//i],
  ['Linux', /Linux|X11|Ubuntu|FreeBSD|OpenBSD/i],
];

/** The family of system; `other` where none of these is named. */
export const osOf = (userAgent: string): OsFamily =>
  SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? 'other';

/** Televisions, consoles, cars, watches and glasses. */
const NEITHER =
  /Smart-?TV|SMART-TV|AppleTV|Apple TV|Google ?TV|Android TV|BRAVIA|HbbTV|Web0S|\bAFT[A-Z]|CrKey|Chromecast|\bMi[ _]?(?:TV|BOX)|Nexus Player|Roku|Tizen.* TV|PlayStation|Nintendo|Xbox|Tesla|QtCarBrowser|watchOS|\bVR\b|OculusBrowser/i;

const TABLET = /iPad|Macintosh.*\bMobile\/|Tablet|PlayBook|\bKindle\b|\bSilk\/|\bNexus (?:7|9|10)\b/i;

const PHONE =
  /iPhone|iPod|Mobile|Windows (?:Phone|CE)|BlackBerry|BB10|Opera Mini|J2ME|MIDP|Symbian|Series\d0|\bNokia|UCWEB|KAIOS|UP\.Browser/i;

/** The class of device. An iPad's Safari calls itself a Mac, and can't be told from one. */
export const deviceOf = (userAgent: string, os: OsFamily): DeviceClass => {
  if (NEITHER.test(userAgent)) return 'other';
  // Windows tablets with a keyboard call themselves `Tablet PC`.
  if (os !== 'Windows' && TABLET.test(userAgent)) return 'tablet';
  if (PHONE.test(userAgent)) return 'mobile';
  // Chrome on an Android tablet leaves `Mobile` out; apps' own requests say neither.
  if (os === 'Android') return /AppleWebKit|Gecko\//.test(userAgent) ? 'tablet' : 'mobile';
  if (os === 'iOS') return 'mobile';
  return os === 'other' ? 'other' : 'desktop';
};
