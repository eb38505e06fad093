// A map of at most so many entries: the one that was used least recently makes room.

export interface BoundedMap<V> {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => void;
}

/** Keeps what a process wants at hand, without growing with what it was asked. `undefined` is no value of it. */
export const createBoundedMap = <V>(most: number): BoundedMap<V> => {
  // A Map lists its keys in the order they were set, the oldest first.
  const kept = new Map<string, V>();
  const set = (key: string, value: V): void => {
    kept.delete(key);
    kept.set(key, value);
    if (kept.size > most) kept.delete(kept.keys().next().value as string);
  };
  return {
    get: (key) => {
      const value = kept.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
  };
};
