// Handles of bio pages, which stand after the @ of an address.

/** As the networks take them, in lower case: 1 to 64 letters, digits, dots, dashes and underscores. */
export const HANDLE = /^[a-z0-9_][a-z0-9._-]{0,63}$/;
