// One line of the bench: what was measured, against the budget it must keep.
export interface BenchLine {
  readonly section: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Broken when the value is above `most` or below `least`; absent = shown only. */
  readonly budget?: { readonly most?: number; readonly least?: number };
  readonly note?: string;
}
