// What a run of the bench is asked to do on its command line.

export interface BenchPlan {
  /** Names of the sections, in the order they are measured. */
  readonly sections: readonly string[];
  /** The real sizes where the default run has smaller ones: a day of a million clicks. */
  readonly full: boolean;
  /** JSON for machines instead of a table. */
  readonly json: boolean;
}

/** Reads the arguments: names of sections (none = all of them), `--full`, `--json`. Throws one clear line. */
export const benchPlan = (args: readonly string[], known: readonly string[]): BenchPlan => {
  const named = args.filter((arg) => !arg.startsWith('--'));
  const unknown = args.find((arg) => !['--full', '--json'].includes(arg) && !known.includes(arg));
  if (unknown !== undefined) throw new Error(`Unknown: ${unknown}; there are --full, --json, ${known.join(', ')}`);
  return {
    sections: known.filter((name) => named.length === 0 || named.includes(name)),
    full: args.includes('--full'),
    json: args.includes('--json'),
  };
};
