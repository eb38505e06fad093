// What the click rules ask besides a hit: verdicts on user agents, remembered, and which visitors are the merchant's own.
import { isbot } from 'isbot';
import { type Agent, type HitJudges, readAgent } from '../domain/clicks/classify.ts';
import { visitorOfId } from '../domain/clicks/visitor-id.ts';
import type { MerchantData } from '../domain/entities.ts';
import { createBoundedMap } from '../platform/bounded-map.ts';

/** A day has far fewer user agents than clicks, and each costs a search through hundreds of names. */
const MOST_AGENTS = 10_000;

const agents = createBoundedMap<Agent>(MOST_AGENTS);

const agentOf = (userAgent: string): Agent => {
  const known = agents.get(userAgent);
  if (known) return known;
  const agent = readAgent(userAgent, (text) => isbot(text));
  agents.set(userAgent, agent);
  return agent;
};

/** By the rules of today and the visitors that the merchant lists today. */
export const hitJudges = ({ internalVisitors = [] }: Pick<MerchantData, 'internalVisitors'>): HitJudges => {
  const internal = new Set(internalVisitors.map(visitorOfId));
  return { agentOf, isInternal: (visitor) => internal.has(visitor) };
};
