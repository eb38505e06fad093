// Creators' size, as the field names it.
import type { Profile } from './entities.ts';

export type SizeTier = 'nano' | 'micro' | 'macro' | 'mega';

/**
 * The tier of the largest profile by followers, half open: nano from 1K, micro from 10K, macro from 100K, mega from
 * 1M; null below 1K and without profiles.
 */
export const sizeTierOf = (profiles: readonly Profile[]): SizeTier | null => {
  const followers = Math.max(0, ...profiles.map((profile) => profile.followers));
  if (followers >= 1_000_000) return 'mega';
  if (followers >= 100_000) return 'macro';
  if (followers >= 10_000) return 'micro';
  return followers >= 1_000 ? 'nano' : null;
};
