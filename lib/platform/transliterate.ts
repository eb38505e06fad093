// Names of any script in ASCII, for codes that are read aloud and slugs that are typed.
import anyAscii from 'any-ascii';

/** Pictures are decoration around a name; romanised they would be words in front of it. */
const PICTURES = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200D|\uFE0F|\u20E3/gu;

/** Text in ASCII, each character by its usual romanisation, emoji left out: 'Zoë' is 'Zoe', '深圳' is 'ShenZhen'. */
export function toAscii(text: string): string {
  return anyAscii(text.replace(PICTURES, ' '));
}
