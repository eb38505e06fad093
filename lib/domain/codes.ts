// Discount codes: how a code typed at checkout is matched, and how new ones are made up from a creator's name.

/** Capitals and digits without those mistaken for each other when read aloud or off a screen (0 O, 1 I L). */
export const CODE_ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

const LONGEST_CODE = 20;
const SHORTEST_CODE = 3;

/** What may follow a stem: one letter, or two characters as the last resort. */
const LONGEST_SUFFIX = 2;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#039': "'" };

/**
 * A code in the form codes are compared in, for any text a shop or a shopper may give: HTML entities decoded (WooCommerce
 * stores codes escaped), NFKC (full-width and other compatibility forms), outer white space removed, lower case.
 *
 * Idempotent, so a folded code may be folded again: `&amp;amp;` is `&`, however often it was escaped.
 */
export function foldCode(code: string): string {
  let folded = code;
  let previous: string;
  // One step can make work for another (a decoded `<` composes with a following U+0338): repeat until nothing changes,
  // which is after three rounds at most, whatever the text, since each step alone leaves nothing behind for itself.
  do {
    previous = folded;
    // trim() takes all Unicode white space but NEL.
    folded = decodeEntities(folded.normalize('NFKC').toLowerCase()).replaceAll('\u0085', ' ').trim();
  } while (folded !== previous);
  return folded;
}

/** Decodes every level of `&amp;amp;...lt;` in one pass: peeling a level at a time is quadratic in hostile text. */
function decodeEntities(text: string): string {
  return text.replace(/&(?:amp;)*(amp|lt|gt|quot|#0?39);/g, (_, name: string) => ENTITIES[name] ?? '');
}

/**
 * What a creator's codes begin with: first name and whole part of the discount, ('Zoe Ng', 15) is 'ZOE15'.
 *
 * The name must be transliterated already (see `toAscii`); its first word that has a letter or digit counts, 'CREATOR'
 * stands in when none has. Any suffix of `codeCandidates` and `lastResortCode` still fits into 20 characters, and there
 * are always at least 3: ('A', 5) is 'A05'.
 */
export function codeStem(asciiName: string, amount: number): string {
  const words = asciiName.split(/\s+/).map((word) => word.toUpperCase().replace(/[^A-Z0-9]/g, ''));
  const firstName = words.find((word) => word !== '') ?? 'CREATOR';
  const digits = String(Math.trunc(amount));
  const cut = firstName.slice(0, LONGEST_CODE - LONGEST_SUFFIX - digits.length);
  return cut + digits.padStart(SHORTEST_CODE - cut.length, '0');
}

/** The codes to try, best first: the stem, then the stem followed by each of A to Z. */
export function codeCandidates(stem: string): string[] {
  return [stem, ...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ', (letter) => stem + letter)];
}

/**
 * The stem followed by random letters and digits, two unless more are asked for once those are running out; the stem is
 * cut where the whole would pass 20 characters. `random(size)` gives characters of `CODE_ALPHABET`.
 */
export function lastResortCode(stem: string, random: (size: number) => string, size = 2): string {
  return stem.slice(0, LONGEST_CODE - size) + random(size);
}

/** True for a code we may create in a shop; codes adopted from a shop may have any characters. */
export function isMintableCode(code: string): boolean {
  return /^[A-Z0-9-]{3,20}$/.test(code);
}
