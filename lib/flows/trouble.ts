// Whether the table is in trouble, as a process has lately found it.

interface Trouble {
  /** Tells whether the table did as asked, in time. */
  readonly told: (inTime: boolean) => void;
  readonly is: () => boolean;
}

/** In trouble from so many failures in a row on, until it is in time once. */
export const createTrouble = (inARow: number): Trouble => {
  let failures = 0;
  return {
    told: (inTime) => {
      failures = inTime ? 0 : failures + 1;
    },
    is: () => failures >= inARow,
  };
};
