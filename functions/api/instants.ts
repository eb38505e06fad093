// Instants as answers show them.

/** ISO 8601 in UTC of an instant in ms; null stays null. */
export const iso = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString();
