// A hit as a test wants it, and judges who know one machine by name.
import { type Hit, type HitJudges, readAgent } from '../../lib/domain/clicks/classify.ts';

export const NOON = Date.UTC(2026, 10, 20, 12);
const isBot = (userAgent: string) => userAgent === 'machine';
export const JUDGES: HitJudges = {
  agentOf: (userAgent) => readAgent(userAgent, isBot),
  isInternal: (visitor) => visitor === 'own',
};

export const aHit = (over: Partial<Hit> = {}): Hit => ({
  visitor: 'v1',
  at: NOON,
  linkId: 'lnk_a',
  suffix: 'aaaaaaaa',
  method: 'GET',
  userAgent: 'browser',
  purpose: null,
  imported: false,
  repeat: false,
  referrerHost: null,
  country: null,
  language: null,
  ...over,
});
