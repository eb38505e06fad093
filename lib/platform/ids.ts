// Names for things: random typed ids, and ids that follow from what they name so that a repeat finds the first.
import { createHash } from 'node:crypto';
import { customAlphabet } from 'nanoid';
import { CODE_ALPHABET } from '../domain/codes.ts';
import { SLUG_ALPHABET } from '../domain/slugs.ts';

export type IdPrefix =
  | 'mer'
  | 'key'
  | 'sto'
  | 'crt'
  | 'cmp'
  | 'dom'
  | 'lnk'
  | 'bio'
  | 'cod'
  | 'cst'
  | 'val'
  | 'clk'
  | 'ord'
  | 'evt'
  | 'rul'
  | 'rup'
  | 'era';

const opaque = customAlphabet('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 18);

/** A fresh id such as `crt_4fK2...`: 107 random bits after the prefix. */
export const newId = (prefix: IdPrefix): string => `${prefix}_${opaque()}`;

/** 96 bits of SHA-256 over the parts, base64url: the same parts always give the same name. */
export const fingerprint = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);

/** An id that follows from what it names, so that writing it twice is writing it once. */
export const derivedId = (prefix: IdPrefix, ...parts: readonly string[]): string =>
  `${prefix}_${fingerprint(...parts)}`;

/** Characters that follow from the parts, so that a retry after a crash asks for the same name again. */
const lettersFrom = (alphabet: string, size: number, ...parts: readonly string[]): string =>
  [...createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, size)]
    .map((byte) => alphabet[byte % alphabet.length])
    .join('');

/** A short link's made-up slug: 8 characters without look-alikes; another for each attempt. */
export const slugFor = (linkId: string, attempt: number): string =>
  lettersFrom(SLUG_ALPHABET, 8, 'slug', linkId, String(attempt));

/** Unguessable-enough characters that tell discount codes of one name apart; others for each attempt. */
export const codeLettersFor =
  (codeId: string, attempt: number) =>
  (size: number): string =>
    lettersFrom(CODE_ALPHABET, size, 'code', codeId, String(attempt));

/** The secret part of an API key: 190 random bits. */
export const newKeySecret = customAlphabet('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 32);
