// What clicks are told apart by besides their link: where they came from and on what. Each is a dimension of its own.
import type { Hit, HitJudges } from './classify.ts';

/** In the order of `valuesOf`. `clickCountry` is where the click came from; orders have a country of their own. */
export const CLICK_DIMENSIONS = ['device', 'os', 'app', 'referrerHost', 'clickCountry', 'language'] as const;
export type ClickDimension = (typeof CLICK_DIMENSIONS)[number];

/** What a day keeps no row of its own for. */
export const OTHER_VALUE = 'other';

/** Values of a day that have rows of their own, those with the most hits; the rest is `other`. Absent: few by nature. */
export const MOST_VALUES_A_DAY: Readonly<Partial<Record<ClickDimension, number>>> = {
  referrerHost: 200,
  clickCountry: 300,
  language: 100,
};

/** A hit's value of each dimension; null where nothing is known, and for `app` where it was a browser by itself. */
export const valuesOf = (hit: Hit, { agentOf }: HitJudges): readonly (string | null)[] => {
  const { userAgent, referrerHost, country, language } = hit;
  if (userAgent === null || userAgent === '') return ['other', 'other', null, referrerHost, country, language];
  const { device, os, app } = agentOf(userAgent);
  return [device, os, app, referrerHost, country, language];
};
