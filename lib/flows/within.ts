// Waiting no longer than somebody who waits would.

/** What a promise comes to within so many ms, else `otherwise`; it goes on by itself then. Rejects as it does, in time. */
export const within = <T, O>(ms: number, promise: Promise<T>, otherwise: O): Promise<T | O> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<O>((given) => {
    timer = setTimeout(() => given(otherwise), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};
