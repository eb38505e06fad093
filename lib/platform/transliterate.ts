// Names of any script in ASCII, for codes that are read aloud and slugs that are typed.
import anyAscii from 'any-ascii';

/** Text in ASCII, each character by its usual romanisation: 'Zoë' is 'Zoe', '深圳' is 'ShenZhen'. */
export function toAscii(text: string): string {
  return anyAscii(text);
}
